// Methods of query sets that ask the database.
#include <fmt/format.h>

#include "migrations_engine/script.hpp"
#include "scripting/expressions.hpp"
#include "scripting/query_sets.hpp"
#include "scripting/state.hpp"
#include "scripting/values.hpp"

namespace manage::scripting {

using orm::QuerySet;

namespace {

const orm::Databases& databases(lua_State* lua) {
  return environment(lua).databases();
}

orm::Connection& connection(lua_State* lua, const QuerySet& rows) {
  return databases(lua).connection(
      rows.located(databases(lua)).loading().alias);
}

int one(lua_State* lua, const orm::RecordPtr& record) {
  push_record(lua, record);
  return 1;
}

/// get{isbn="1"}, or the only one of the rows.
int get_one(lua_State* lua) {
  const QuerySet rows = rows_at(lua, 1);
  const orm::Q q =
      lua_isnone(lua, 2) ? orm::Q() : condition_at(lua, 2, &rows.model());
  return one(lua, rows.get(q, databases(lua)));
}

QuerySet in_order(const QuerySet& rows) {
  return rows.ordered() ? rows : rows.order_by({"pk"});
}

int first(lua_State* lua) {
  const QuerySet rows = rows_at(lua, 1);
  if (!rows.has_values()) return one(lua, rows.first(databases(lua)));
  push_first_value(lua, 1, in_order(rows));
  return 1;
}
int last(lua_State* lua) {
  const QuerySet rows = rows_at(lua, 1);
  if (!rows.has_values()) return one(lua, rows.last(databases(lua)));
  push_first_value(lua, 1, in_order(rows).reverse());
  return 1;
}
int latest(lua_State* lua) {
  return one(lua, rows_at(lua, 1).latest(texts_at(lua, 2), databases(lua)));
}
int earliest(lua_State* lua) {
  return one(lua, rows_at(lua, 1).earliest(texts_at(lua, 2), databases(lua)));
}

/// in_bulk({1, 2}), in_bulk({"a"}, "isbn"): a table of records by their value;
/// uuids and the like as texts.
int in_bulk(lua_State* lua) {
  if (!lua_istable(lua, 2)) wrong_type(lua, 2, "a list of keys");
  std::vector<orm::Value> keys;
  const auto count = static_cast<lua_Integer>(lua_rawlen(lua, 2));
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(lua, 2, i);
    keys.push_back(value_at(lua, -1));
    lua_pop(lua, 1);
  }
  const std::string field = lua_isnone(lua, 3) ? "pk" : text_at(lua, 3);
  lua_newtable(lua);
  for (const orm::RecordPtr& record :
       rows_at(lua, 1).in_bulk(keys, databases(lua), field)) {
    const orm::Value value = record->get(field);
    push_value(lua, value);
    // Objects are no keys that anybody could name.
    if (lua_isuserdata(lua, -1)) {
      lua_pop(lua, 1);
      push_text(lua, orm::display(value));
    }
    push_record(lua, record);
    lua_rawset(lua, -3);
  }
  return 1;
}

int contains(lua_State* lua) {
  const bool found =
      rows_at(lua, 1).contains(*get<RecordRef>(lua, 2).record, databases(lua));
  lua_pushboolean(lua, found ? 1 : 0);
  return 1;
}

int count(lua_State* lua) {
  const QuerySet rows = rows_at(lua, 1);
  lua_pushinteger(lua, rows.count(connection(lua, rows)));
  return 1;
}

int exists(lua_State* lua) {
  const QuerySet rows = rows_at(lua, 1);
  lua_pushboolean(lua, rows.exists(connection(lua, rows)) ? 1 : 0);
  return 1;
}

int aggregate(lua_State* lua) {
  const QuerySet rows = rows_at(lua, 1);
  const std::vector<orm::Named> named = named_at(lua, 2);
  const orm::Row found = rows.aggregate(named, connection(lua, rows));
  lua_newtable(lua);
  for (std::size_t i = 0; i < named.size(); ++i) {
    push_value(lua, found[i]);
    lua_setfield(lua, -2, named[i].name.c_str());
  }
  return 1;
}

/// each(function(book) … end, 500): in chunks, nothing is kept.
int each(lua_State* lua) {
  if (!lua_isfunction(lua, 2)) wrong_type(lua, 2, "a function");
  const std::int64_t chunk = lua_isnone(lua, 3) ? 2000 : integer_at(lua, 3);
  if (chunk < 1) throw Error("script.argument", "a chunk has 1 row at least");
  rows_at(lua, 1).each(
      databases(lua),
      [&](const orm::RecordPtr& record) {
        lua_pushvalue(lua, 2);
        push_record(lua, record);
        lua_call(lua, 1, 0);
      },
      static_cast<std::size_t>(chunk));
  return 0;
}

int explain(lua_State* lua) {
  const QuerySet rows = rows_at(lua, 1);
  push_text(lua, rows.explain(connection(lua, rows), texts_at(lua, 2)));
  return 1;
}

/// The statement, with values in the place of parameters.
int sql(lua_State* lua) {
  const QuerySet rows = rows_at(lua, 1);
  const orm::Dialect& dialect = connection(lua, rows).dialect();
  const auto statement = rows.statement(dialect);
  if (!statement) {
    lua_pushnil(lua);
    return 1;
  }
  push_text(lua, migrations_engine::with_values(
                     {statement->sql, statement->parameters, {}, {}}, dialect));
  return 1;
}

constexpr Method kMethods[] = {
    {"aggregate", wrapped<aggregate>},
    {"contains", wrapped<contains>},
    {"count", wrapped<count>},
    {"each", wrapped<each>},
    {"earliest", wrapped<earliest>},
    {"exists", wrapped<exists>},
    {"explain", wrapped<explain>},
    {"first", wrapped<first>},
    {"get", wrapped<get_one>},
    {"in_bulk", wrapped<in_bulk>},
    {"last", wrapped<last>},
    {"latest", wrapped<latest>},
    {"sql", wrapped<sql>},
};

}  // namespace

void add_asking_methods(lua_State* lua) { add_functions(lua, kMethods); }

}  // namespace manage::scripting
