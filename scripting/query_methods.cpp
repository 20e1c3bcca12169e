// Methods of query sets that give other ones.
#include <fmt/format.h>

#include "core/text.hpp"
#include "orm/query/relation.hpp"
#include "scripting/expressions.hpp"
#include "scripting/query_sets.hpp"
#include "scripting/values.hpp"

namespace manage::scripting {

using orm::QuerySet;

namespace {

/// Rows of values stay what they were.
int give(lua_State* lua, QuerySet set) {
  Rows rows{std::move(set)};
  if (const Rows* known = find<Rows>(lua, 1)) {
    rows.flat = known->flat;
    rows.lists = known->lists;
  }
  push<Rows>(lua, std::move(rows), 1);
  return 1;
}

/// What was prefetched is not asked for again.
int all(lua_State* lua) {
  const Related* related = find<Related>(lua, 1);
  if (!related || !related->record->has_related(related->name)) {
    return give(lua, rows_at(lua, 1));
  }
  auto records = std::make_shared<const orm::Records>(
      related->record->related_all(related->name));
  const bool named =
      orm::find_relation(related->record->model(), related->name).has_value();
  // Under a name of its own it is known by its records only.
  Rows rows{
      named || records->empty()
          ? named ? rows_at(lua, 1)
                  : QuerySet::scoped(environment(lua).registry(),
                                     related->record->model())
                        .none()
          : QuerySet(environment(lua).registry(), records->front()->model())
                .filter(orm::Q("pk__in", orm::keys_of(*records)))};
  rows.records = std::move(records);
  push<Rows>(lua, std::move(rows), 1);
  return 1;
}

/// filter{a=1}, filter(Q), filter(Q, {b=2}): all of them must hold.
orm::Q conditions(lua_State* lua) {
  if (lua_gettop(lua) < 2) wrong_type(lua, 2, "a condition");
  const orm::Model& model = rows_at(lua, 1).model();
  orm::Q whole;
  for (int at = 2; at <= lua_gettop(lua); ++at) {
    whole = whole & condition_at(lua, at, &model);
  }
  return whole;
}

int filter(lua_State* lua) {
  return give(lua, rows_at(lua, 1).filter(conditions(lua)));
}
int exclude(lua_State* lua) {
  return give(lua, rows_at(lua, 1).exclude(conditions(lua)));
}

int annotate(lua_State* lua) {
  return give(lua, rows_at(lua, 1).annotate(named_at(lua, 2)));
}
int alias(lua_State* lua) {
  return give(lua, rows_at(lua, 1).alias(named_at(lua, 2)));
}

int order_by(lua_State* lua) {
  std::vector<orm::Ordering> order;
  for (int at = 2; at <= lua_gettop(lua); ++at) {
    order.push_back(ordering_at(lua, at));
  }
  return give(lua, rows_at(lua, 1).order_by(order));
}

int reverse(lua_State* lua) { return give(lua, rows_at(lua, 1).reverse()); }
int none(lua_State* lua) { return give(lua, rows_at(lua, 1).none()); }
int distinct(lua_State* lua) {
  return give(lua, rows_at(lua, 1).distinct(texts_at(lua, 2)));
}

/// values("id", "title"), values{"id", total=F"a" + F"b"}.
std::vector<orm::Named> selected(lua_State* lua,
                                 std::initializer_list<std::string_view> keys) {
  if (!lua_istable(lua, 2)) {
    std::vector<orm::Named> list;
    for (const std::string& name : texts_at(lua, 2)) list.emplace_back(name);
    return list;
  }
  std::vector<orm::Named> list;
  const auto count = static_cast<lua_Integer>(lua_rawlen(lua, 2));
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(lua, 2, i);
    list.emplace_back(text_at(lua, -1));
    lua_pop(lua, 1);
  }
  for (const std::string& key : sorted_keys(lua, 2)) {
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    lua_getfield(lua, 2, key.c_str());
    list.emplace_back(key, expression_at(lua, -1));
    lua_pop(lua, 1);
  }
  return list;
}

int values(lua_State* lua) {
  return give(lua, rows_at(lua, 1).values(selected(lua, {})));
}

bool flag_of(lua_State* lua, int table, const char* key) {
  if (!lua_istable(lua, table)) return false;
  lua_getfield(lua, table, key);
  const bool given = !lua_isnil(lua, -1);
  const bool flag = given && flag_at(lua, -1);
  lua_pop(lua, 1);
  return flag;
}

/// values_list{"title", flat=true}: values instead of tables.
int values_list(lua_State* lua) {
  const std::vector<orm::Named> names = selected(lua, {"flat"});
  const bool flat = flag_of(lua, 2, "flat");
  if (flat && names.size() != 1) {
    throw Error("script.argument", "flat rows have one value");
  }
  Rows rows{rows_at(lua, 1).values(names)};
  rows.flat = flat;
  rows.lists = !flat;
  push<Rows>(lua, std::move(rows), 1);
  return 1;
}

std::int64_t count_at(lua_State* lua, int at) {
  const std::int64_t count = integer_at(lua, at);
  if (count >= 0) return count;
  throw Error("script.argument",
              "rows are counted from the first one: the "
              "number is not negative")
      .hint("turn the order round: :reverse()");
}

Rows with_limits(lua_State* lua) {
  const Rows* known = find<Rows>(lua, 1);
  if (!known) return Rows{rows_at(lua, 1)};
  if (known->set.query().sliced()) {
    throw Error("query.sliced", "these rows are cut off already")
        .hint("write limit and offset side by side: :limit(5):offset(10)");
  }
  Rows copy = *known;
  copy.records = nullptr;
  copy.cursors.clear();
  return copy;
}

int limit(lua_State* lua) {
  Rows rows = with_limits(lua);
  const std::int64_t most = count_at(lua, 2);
  rows.limit = rows.limit ? std::min(*rows.limit, most) : most;
  push<Rows>(lua, std::move(rows), 1);
  return 1;
}

int offset(lua_State* lua) {
  Rows rows = with_limits(lua);
  if (rows.offset > 0) {
    throw Error("query.sliced", "these rows have an offset already");
  }
  rows.offset = count_at(lua, 2);
  push<Rows>(lua, std::move(rows), 1);
  return 1;
}

std::vector<QuerySet> others(lua_State* lua) {
  std::vector<QuerySet> list;
  for (int at = 2; at <= lua_gettop(lua); ++at) {
    if (!lua_istable(lua, at)) list.push_back(rows_at(lua, at));
  }
  if (list.empty()) wrong_type(lua, 2, "a QuerySet");
  return list;
}

int union_with(lua_State* lua) {
  const bool every = flag_of(lua, lua_gettop(lua), "all");
  return give(lua, rows_at(lua, 1).union_with(others(lua), every));
}
int intersection(lua_State* lua) {
  return give(lua, rows_at(lua, 1).intersection(others(lua)));
}
int difference(lua_State* lua) {
  return give(lua, rows_at(lua, 1).difference(others(lua)));
}

int select_related(lua_State* lua) {
  return give(lua, rows_at(lua, 1).select_related(texts_at(lua, 2)));
}

/// "tags", or {"tags", rows=Tag:filter{…}, to_attr="known"}.
orm::Prefetch prefetch_at(lua_State* lua, int at) {
  if (!lua_istable(lua, at)) return text_at(lua, at);
  lua_rawgeti(lua, at, 1);
  const std::string path = text_at(lua, -1);
  lua_getfield(lua, at, "rows");
  lua_getfield(lua, at, "to_attr");
  const std::string attr = lua_isnil(lua, -1) ? "" : text_at(lua, -1);
  orm::Prefetch made = lua_isnil(lua, -2)
                           ? orm::Prefetch(path)
                           : orm::Prefetch(path, rows_at(lua, -2), attr);
  made.to_attr = attr;
  lua_pop(lua, 3);
  return made;
}

int prefetch_related(lua_State* lua) {
  std::vector<orm::Prefetch> list;
  for (int at = 2; at <= lua_gettop(lua); ++at) {
    list.push_back(prefetch_at(lua, at));
  }
  return give(lua, rows_at(lua, 1).prefetch_related(list));
}

int defer(lua_State* lua) {
  return give(lua, rows_at(lua, 1).defer(texts_at(lua, 2)));
}
int only(lua_State* lua) {
  return give(lua, rows_at(lua, 1).only(texts_at(lua, 2)));
}
int using_database(lua_State* lua) {
  return give(lua, rows_at(lua, 1).using_database(text_at(lua, 2)));
}
int scope(lua_State* lua) {
  return give(lua, rows_at(lua, 1).scope(text_at(lua, 2)));
}

int select_for_update(lua_State* lua) {
  orm::LockOptions options;
  options.nowait = flag_of(lua, 2, "nowait");
  options.skip_locked = flag_of(lua, 2, "skip_locked");
  options.no_key = flag_of(lua, 2, "no_key");
  if (lua_istable(lua, 2)) {
    lua_getfield(lua, 2, "of");
    if (!lua_isnil(lua, -1)) options.of = texts_at(lua, lua_gettop(lua));
    lua_pop(lua, 1);
  }
  return give(lua, rows_at(lua, 1).select_for_update(options));
}

int dates(lua_State* lua) {
  return give(lua, rows_at(lua, 1).dates(text_at(lua, 2), text_at(lua, 3)));
}
int datetimes(lua_State* lua) {
  return give(lua, rows_at(lua, 1).datetimes(text_at(lua, 2), text_at(lua, 3)));
}

int as_source(lua_State* lua) {
  return give(lua, rows_at(lua, 1).as_source(
                       lua_isnone(lua, 2) ? "rows" : text_at(lua, 2)));
}
int as_cte(lua_State* lua) {
  return give(lua, rows_at(lua, 1).as_cte(text_at(lua, 2)));
}

/// "allow", "warn" or "raise".
int lazy_loading(lua_State* lua) {
  constexpr std::pair<std::string_view, orm::LazyLoading> kKnown[] = {
      {"allow", orm::LazyLoading::kAllow},
      {"warn", orm::LazyLoading::kWarn},
      {"raise", orm::LazyLoading::kRaise}};
  const std::string name = text_at(lua, 2);
  for (const auto& [known, lazy] : kKnown) {
    if (known == name) return give(lua, rows_at(lua, 1).lazy_loading(lazy));
  }
  throw Error("script.argument", fmt::format("there is no {}", name))
      .hint("allow, warn or raise");
}

constexpr Method kMethods[] = {
    {"alias", wrapped<alias>},
    {"all", wrapped<all>},
    {"annotate", wrapped<annotate>},
    {"as_cte", wrapped<as_cte>},
    {"as_source", wrapped<as_source>},
    {"dates", wrapped<dates>},
    {"datetimes", wrapped<datetimes>},
    {"defer", wrapped<defer>},
    {"difference", wrapped<difference>},
    {"distinct", wrapped<distinct>},
    {"exclude", wrapped<exclude>},
    {"filter", wrapped<filter>},
    {"intersection", wrapped<intersection>},
    {"lazy_loading", wrapped<lazy_loading>},
    {"limit", wrapped<limit>},
    {"none", wrapped<none>},
    {"offset", wrapped<offset>},
    {"only", wrapped<only>},
    {"order_by", wrapped<order_by>},
    {"prefetch_related", wrapped<prefetch_related>},
    {"reverse", wrapped<reverse>},
    {"scope", wrapped<scope>},
    {"select_for_update", wrapped<select_for_update>},
    {"select_related", wrapped<select_related>},
    {"union", wrapped<union_with>},
    {"using", wrapped<using_database>},
    {"values", wrapped<values>},
    {"values_list", wrapped<values_list>},
};

}  // namespace

void add_query_methods(lua_State* lua) { add_functions(lua, kMethods); }

}  // namespace manage::scripting
