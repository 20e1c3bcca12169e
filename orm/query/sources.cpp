// Rows that are made of the rows of another query.
#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/query/query_set.hpp"
#include "orm/query/rows_model.hpp"

namespace manage::orm {

namespace {

/// PostgreSQL cuts longer ones.
constexpr std::size_t kLongestName = 63;

/// It stands for the rows in SQL, where it must hide no table.
void check_source_name(const std::string& name, const Registry& registry) {
  const auto wrong = [&](const char* problem) {
    throw Error("query.expression",
                fmt::format("\"{}\" is no name for rows: {}", name, problem));
  };
  if (name.empty()) wrong("it is empty");
  if (name.size() > kLongestName) wrong("it is longer than 63 bytes");
  if (!text::is_identifier(name)) {
    wrong("it has more than letters, digits and _");
  }
  for (const auto& [key, model] : registry.models().all()) {
    if (text::lower(registry.models().table(*model)) == text::lower(name)) {
      wrong("a table has it");
    }
  }
}

/// The columns of `rows` in the order of those of `first`.
void line_up(Query& rows, const Query& first, const std::string& name) {
  std::vector<Selected> ordered;
  for (const Selected& wanted : first.selected) {
    const auto found = std::find_if(
        rows.selected.begin(), rows.selected.end(),
        [&](const Selected& one) { return one.name == wanted.name; });
    if (found == rows.selected.end()) {
      throw Error("query.combined", fmt::format("a further row of {} has no {}",
                                                name, wanted.name))
          .hint("name the same values in both parts");
    }
    ordered.push_back(*found);
  }
  if (ordered.size() != rows.selected.size()) {
    throw Error("query.combined",
                fmt::format("further rows of {} have {}, the first ones {}",
                            name, text::count(rows.selected.size(), "value"),
                            text::count(ordered.size(), "value")));
  }
  if (rows.combinator == Combinator::kNone) {
    rows.selected = std::move(ordered);
    return;
  }
  // The parts of combined rows are lined up already, in their own order.
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    if (ordered[i].name == rows.selected[i].name) continue;
    throw Error("query.combined",
                fmt::format("combined rows must have the values of {} in its "
                            "order",
                            name))
        .hint("name the same values in the same order in each part");
  }
}

}  // namespace

std::shared_ptr<const Query> QuerySet::for_source() const {
  const bool order = query_->sliced() || !query_->distinct_on.empty();
  Query rows = with_columns(order ? with_order(*query_) : *query_);
  if (!order) rows.order.clear();
  return std::make_shared<const Query>(std::move(rows));
}

/// About rows that `change` says where to find.
QuerySet QuerySet::about_rows(const Query& rows, const std::string& name,
                              const std::function<void(Query&)>& change) const {
  const std::shared_ptr<const Model> model = rows_model(rows, name);
  Query query(registry(), *model);
  query.own_model = model;
  query.source_name = name;
  change(query);
  QuerySet made(registry(), *model);
  made = made.with(std::move(query));
  return loading_->routed ? made.near_database(loading_->alias)
                          : made.using_database(loading_->alias);
}

QuerySet QuerySet::as_source(const std::string& name) const {
  check_source_name(name, registry());
  const auto rows = for_source();
  return about_rows(*rows, name, [&](Query& query) { query.source = rows; });
}

QuerySet QuerySet::as_cte(const std::string& name,
                          std::optional<bool> materialized) const {
  check_source_name(name, registry());
  const auto rows = for_source();
  return about_rows(*rows, name, [&](Query& query) {
    query.common_tables.push_back({name, rows, nullptr, true, materialized});
  });
}

QuerySet QuerySet::recursive(
    const std::string& name,
    const std::function<QuerySet(const QuerySet&)>& step,
    bool keep_duplicates) const {
  check_source_name(name, registry());
  const auto rows = for_source();
  // As `step` sees them: by name only.
  const QuerySet known = about_rows(*rows, name, [](Query&) {});
  const QuerySet next = step(known);
  Query further = *next.for_source();
  line_up(further, *rows, name);
  return about_rows(*rows, name, [&](Query& query) {
    query.common_tables.push_back(
        {name, rows, std::make_shared<const Query>(std::move(further)),
         keep_duplicates, std::nullopt});
  });
}

}  // namespace manage::orm
