// Methods of QuerySet by their names.
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/query/from_data.hpp"

namespace manage::orm {

namespace {

[[noreturn]] void wrong(std::string message, std::string hint = {}) {
  throw Error("query.expression", std::move(message)).hint(std::move(hint));
}

std::vector<Named> named(const Data& data, const Registry& registry) {
  std::vector<Named> list;
  if (const DataMap* map = data.map()) {
    for (const auto& [name, value] : *map) {
      list.emplace_back(name, argument_from_data(value, &registry));
    }
    return list;
  }
  if (!data.list()) wrong("values takes a list of names");
  for (const Data& one : *data.list()) {
    if (const std::string* name = one.text()) {
      list.emplace_back(*name);
      continue;
    }
    for (Named& inner : named(one, registry)) list.push_back(std::move(inner));
  }
  return list;
}

bool yes(const Data& data) { return data.boolean() && *data.boolean(); }

std::vector<QuerySet> others(const Data& data, const QuerySet& rows) {
  std::vector<QuerySet> list;
  if (!data.list()) wrong("rows are combined with a list of lists of steps");
  for (const Data& one : *data.list()) {
    if (!one.list()) wrong("rows are combined with a list of lists of steps");
    list.push_back(
        apply_steps(QuerySet(rows.registry(), rows.model()), *one.list()));
  }
  return list;
}

std::int64_t number(const Data& data) {
  if (!data.integer()) wrong("a slice is [first, count]");
  return *data.integer();
}

std::string text_of(const Data& data, std::string_view step) {
  if (!data.text()) wrong(fmt::format("{} takes a name", step));
  return *data.text();
}

QuerySet recursive(const QuerySet& rows, const Data& data) {
  const DataMap* map = data.map();
  const Data* name = map ? map->find("name") : nullptr;
  const Data* step = map ? map->find("step") : nullptr;
  const Data* duplicates = map ? map->find("duplicates") : nullptr;
  const std::size_t known = duplicates ? 3 : 2;
  if (!name || !step || !step->list() || map->size() != known) {
    wrong("recursive takes a name and the steps of further rows",
          "write {recursive: {name: tree, step: [{values: …}]}}");
  }
  return rows.recursive(
      text_of(*name, "recursive"),
      [&](const QuerySet& found) { return apply_steps(found, *step->list()); },
      duplicates && yes(*duplicates));
}

/// {nowait: true, of: [self]}; true is what it is without options.
QuerySet locked(const QuerySet& rows, const Data& data) {
  LockOptions options;
  for (const auto& [name, value] : data.map() ? *data.map() : DataMap{}) {
    if (name == "of") {
      options.of = value.texts();
    } else if (name == "nowait") {
      options.nowait = yes(value);
    } else if (name == "skip_locked") {
      options.skip_locked = yes(value);
    } else if (name == "no_key") {
      options.no_key = yes(value);
    } else {
      wrong(
          fmt::format("select_for_update has no {}", name),
          text::did_you_mean(name, {"of", "nowait", "skip_locked", "no_key"}));
    }
  }
  return rows.select_for_update(options);
}

using Step = QuerySet (*)(const QuerySet&, const Data&);

struct NamedStep {
  std::string_view name;
  Step apply;
};

constexpr NamedStep kSteps[] = {
    {"filter",
     [](const QuerySet& rows, const Data& data) {
       return rows.filter(Q::from_data(data, &rows.registry()));
     }},
    {"exclude",
     [](const QuerySet& rows, const Data& data) {
       return rows.exclude(Q::from_data(data, &rows.registry()));
     }},
    {"annotate",
     [](const QuerySet& rows, const Data& data) {
       return rows.annotate(named(data, rows.registry()));
     }},
    {"alias",
     [](const QuerySet& rows, const Data& data) {
       return rows.alias(named(data, rows.registry()));
     }},
    {"order_by",
     [](const QuerySet& rows, const Data& data) {
       std::vector<Ordering> order;
       for (const Data& one : data.list() ? *data.list() : DataList{data}) {
         order.push_back(ordering_from_data(one, &rows.registry()));
       }
       return rows.order_by(order);
     }},
    {"reverse",
     [](const QuerySet& rows, const Data&) { return rows.reverse(); }},
    {"distinct",
     [](const QuerySet& rows, const Data& data) {
       return rows.distinct(yes(data) ? std::vector<std::string>{}
                                      : data.texts());
     }},
    {"values",
     [](const QuerySet& rows, const Data& data) {
       return rows.values(named(data, rows.registry()));
     }},
    {"slice",
     [](const QuerySet& rows, const Data& data) {
       const DataList* ends = data.list();
       if (!ends || ends->size() != 2) wrong("a slice is [first, count]");
       std::optional<std::int64_t> count;
       if (!(*ends)[1].is_null()) count = number((*ends)[1]);
       return rows.slice(number((*ends)[0]), count);
     }},
    {"limit", [](const QuerySet& rows,
                 const Data& data) { return rows.slice(0, number(data)); }},
    {"scope",
     [](const QuerySet& rows, const Data& data) {
       return rows.scope(text_of(data, "scope"));
     }},
    {"source",
     [](const QuerySet& rows, const Data& data) {
       return rows.as_source(text_of(data, "source"));
     }},
    {"cte",
     [](const QuerySet& rows, const Data& data) {
       const DataMap* map = data.map();
       if (!map) return rows.as_cte(text_of(data, "cte"));
       const Data* name = map->find("name");
       const Data* flag = map->find("materialized");
       if (!name || !flag || map->size() != 2) {
         wrong("cte takes a name, or {name: a, materialized: true}");
       }
       return rows.as_cte(text_of(*name, "cte"), yes(*flag));
     }},
    {"recursive", recursive},
    {"select_related",
     [](const QuerySet& rows, const Data& data) {
       return rows.select_related(data.texts());
     }},
    {"prefetch_related",
     [](const QuerySet& rows, const Data& data) {
       std::vector<Prefetch> paths;
       for (const std::string& path : data.texts()) paths.emplace_back(path);
       return rows.prefetch_related(paths);
     }},
    {"defer", [](const QuerySet& rows,
                 const Data& data) { return rows.defer(data.texts()); }},
    {"only", [](const QuerySet& rows,
                const Data& data) { return rows.only(data.texts()); }},
    {"using",
     [](const QuerySet& rows, const Data& data) {
       return rows.using_database(text_of(data, "using"));
     }},
    {"select_for_update", locked},
    {"none", [](const QuerySet& rows, const Data&) { return rows.none(); }},
    {"union",
     [](const QuerySet& rows, const Data& data) {
       return rows.union_with(others(data, rows));
     }},
    {"union_all",
     [](const QuerySet& rows, const Data& data) {
       return rows.union_with(others(data, rows), true);
     }},
    {"intersection",
     [](const QuerySet& rows, const Data& data) {
       return rows.intersection(others(data, rows));
     }},
    {"difference",
     [](const QuerySet& rows, const Data& data) {
       return rows.difference(others(data, rows));
     }},
    {"dates",
     [](const QuerySet& rows, const Data& data) {
       const std::vector<std::string> given = data.texts();
       if (given.size() < 2) wrong("dates takes a field and a kind");
       return rows.dates(given[0], given[1],
                         given.size() > 2 && given[2] == "DESC");
     }},
    {"datetimes",
     [](const QuerySet& rows, const Data& data) {
       const std::vector<std::string> given = data.texts();
       if (given.size() < 2) wrong("datetimes takes a field and a kind");
       return rows.datetimes(given[0], given[1],
                             given.size() > 2 && given[2] == "DESC");
     }},
};

}  // namespace

QuerySet apply_steps(QuerySet rows, const DataList& steps) {
  for (const Data& step : steps) {
    const DataMap* map = step.map();
    if (!map || map->size() != 1) wrong("a step is a map of one method");
    const auto& [name, data] = *map->begin();
    const NamedStep* found = nullptr;
    std::vector<std::string> known;
    for (const NamedStep& one : kSteps) {
      if (one.name == name) found = &one;
      known.emplace_back(one.name);
    }
    if (!found) {
      wrong(fmt::format("a query has no {}", name),
            text::did_you_mean(name, known));
    }
    rows = found->apply(rows, data);
  }
  return rows;
}

}  // namespace manage::orm
