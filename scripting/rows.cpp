// Query sets as objects: loops, indexes, and what stands where rows may stand.
#include <fmt/format.h>

#include "core/text.hpp"
#include "scripting/expressions.hpp"
#include "scripting/json.hpp"
#include "scripting/operators.hpp"
#include "scripting/query_sets.hpp"
#include "scripting/values.hpp"

namespace manage::scripting {

using orm::QuerySet;

namespace {

/// How many rows tostring() shows.
constexpr std::int64_t kShown = 20;

QuerySet sliced(const Rows& rows) {
  if (!rows.limit && rows.offset == 0) return rows.set;
  return rows.set.slice(rows.offset, rows.limit);
}

/// The rows of values as a list of tables, of lists, or of values.
void push_values(lua_State* lua, const Rows& rows) {
  const QuerySet set = sliced(rows).located(environment(lua).databases());
  const std::vector<std::string> names = set.column_names();
  const std::vector<orm::Row> found =
      set.rows(environment(lua).databases().connection(set.loading().alias));
  luaL_checkstack(lua, 6, nullptr);
  lua_createtable(lua, static_cast<int>(found.size()), 0);
  lua_Integer number = 0;
  for (const orm::Row& row : found) {
    if (rows.flat) {
      push_value(lua, row.front());
    } else {
      lua_createtable(lua, 0, static_cast<int>(row.size()));
      for (std::size_t i = 0; i < row.size(); ++i) {
        push_value(lua, row[i]);
        if (rows.lists) {
          lua_rawseti(lua, -2, static_cast<lua_Integer>(i + 1));
        } else {
          lua_setfield(lua, -2, names[i].c_str());
        }
      }
    }
    lua_rawseti(lua, -2, ++number);
  }
}

/// The list that the object keeps, on the stack.
void push_list(lua_State* lua, int at) {
  const int object = lua_absindex(lua, at);
  if (lua_getiuservalue(lua, object, 1) == LUA_TTABLE) return;
  lua_pop(lua, 1);
  push_values(lua, get<Rows>(lua, object));
  lua_pushvalue(lua, -1);
  lua_setiuservalue(lua, object, 1);
}

const orm::Records& loaded(lua_State* lua, int at) {
  Rows& rows = get<Rows>(lua, at);
  if (!rows.records) {
    rows.records = std::make_shared<const orm::Records>(
        sliced(rows).records(environment(lua).databases()));
  }
  return *rows.records;
}

void push_row(lua_State* lua, const orm::Records& records, std::size_t at) {
  push<RecordRef>(lua, {records[at], &records, at});
}

/// The number of the row after that of the loop. Loops in loops over one object
/// are told apart by the rows that they are at.
lua_Integer after(lua_State* lua, Rows& rows, int list, int control) {
  if (lua_isnil(lua, control)) {
    rows.cursors.push_back(0);
    return 1;
  }
  const auto is_control = [&](lua_Integer number) {
    lua_rawgeti(lua, list, number);
    const bool same = lua_rawequal(lua, -1, control) != 0;
    lua_pop(lua, 1);
    return same;
  };
  // Those that a break left are over.
  while (!rows.cursors.empty() && !is_control(rows.cursors.back())) {
    rows.cursors.pop_back();
  }
  if (!rows.cursors.empty()) return rows.cursors.back() + 1;
  throw Error("script.loop", "this is no row of the loop");
}

/// `for row in rows do`: called with what it gave last.
int next_row(lua_State* lua) {
  Rows& rows = get<Rows>(lua, 1);
  lua_settop(lua, 3);
  if (rows.set.has_values()) {
    push_list(lua, 1);
    const lua_Integer number = after(lua, rows, 4, 3);
    rows.cursors.back() = number;
    if (lua_rawgeti(lua, 4, number) == LUA_TNIL) rows.cursors.pop_back();
    return 1;
  }
  const orm::Records& records = loaded(lua, 1);
  std::size_t at = 0;
  if (!lua_isnil(lua, 3)) {
    const RecordRef& last = get<RecordRef>(lua, 3);
    if (last.from != &records) {
      throw Error("script.loop", "this is no row of the loop");
    }
    at = last.at + 1;
  }
  if (at >= records.size()) return 0;
  push_row(lua, records, at);
  return 1;
}

/// rows[1], or a method.
int index(lua_State* lua) {
  if (!lua_isinteger(lua, 2)) {
    lua_pushvalue(lua, 2);
    if (lua_rawget(lua, lua_upvalueindex(1)) != LUA_TNIL) return 1;
    const std::string name = text_at(lua, 2);
    lua_pushvalue(lua, lua_upvalueindex(1));
    throw Error("script.name", fmt::format("a QuerySet has no {}", name))
        .hint(text::did_you_mean(name, sorted_keys(lua, -1)));
  }
  const lua_Integer number = lua_tointeger(lua, 2);
  if (get<Rows>(lua, 1).set.has_values()) {
    push_list(lua, 1);
    lua_rawgeti(lua, -1, number);
    return 1;
  }
  const orm::Records& records = loaded(lua, 1);
  if (number < 1 || number > static_cast<lua_Integer>(records.size())) return 0;
  push_row(lua, records, static_cast<std::size_t>(number - 1));
  return 1;
}

/// Of objects that have nothing else; their class is the second upvalue.
int method(lua_State* lua) {
  lua_pushvalue(lua, 2);
  if (lua_rawget(lua, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  const std::string name = text_at(lua, 2);
  lua_pushvalue(lua, lua_upvalueindex(1));
  throw Error(
      "script.name",
      fmt::format("a {} has no {}", text_at(lua, lua_upvalueindex(2)), name))
      .hint(text::did_you_mean(name, sorted_keys(lua, -1)));
}

/// Of values, which are a list; records are counted by the database.
int length(lua_State* lua) {
  if (!get<Rows>(lua, 1).set.has_values()) {
    throw Error("script.operator", "a QuerySet has no # in Lua")
        .hint("write rows:count(), or #rows:list()");
  }
  push_list(lua, 1);
  lua_pushinteger(lua, static_cast<lua_Integer>(lua_rawlen(lua, -1)));
  return 1;
}

int list(lua_State* lua) {
  if (!find<Rows>(lua, 1)) {
    push_rows(lua, rows_at(lua, 1));
    lua_replace(lua, 1);
  }
  if (get<Rows>(lua, 1).set.has_values()) {
    push_list(lua, 1);
    return 1;
  }
  const orm::Records& records = loaded(lua, 1);
  lua_createtable(lua, static_cast<int>(records.size()), 0);
  for (std::size_t i = 0; i < records.size(); ++i) {
    push_row(lua, records, i);
    lua_rawseti(lua, -2, static_cast<lua_Integer>(i + 1));
  }
  return 1;
}

/// At most so many rows, as Django shows them.
int shown(lua_State* lua) {
  const Rows& rows = get<Rows>(lua, 1);
  Rows first = rows;
  first.limit = std::min(rows.limit.value_or(kShown + 1), kShown + 1);
  push<Rows>(lua, std::move(first), 1);
  lua_replace(lua, 1);
  list(lua);
  const int at = lua_gettop(lua);
  const auto count = static_cast<std::int64_t>(lua_rawlen(lua, at));
  std::vector<std::string> parts;
  for (std::int64_t i = 1; i <= std::min(count, kShown); ++i) {
    lua_rawgeti(lua, at, i);
    parts.push_back(lua_istable(lua, -1) ? json_at(lua, -1)
                                         : luaL_tolstring(lua, -1, nullptr));
    lua_settop(lua, at);
  }
  if (count > kShown) parts.emplace_back("…");
  push_text(lua, fmt::format("<QuerySet [{}]>", text::join(parts, ", ")));
  return 1;
}

constexpr Method kObject[] = {
    {"__call", wrapped<next_row>},
    {"__len", wrapped<length>},
    {"__tostring", wrapped<shown>},
};

constexpr Method kMethods[] = {{"list", wrapped<list>}};

}  // namespace

bool is_rows(lua_State* lua, int at) {
  return find<Rows>(lua, at) || find<ModelRef>(lua, at) ||
         find<Related>(lua, at);
}

QuerySet rows_at(lua_State* lua, int at) {
  if (const Rows* rows = find<Rows>(lua, at)) return sliced(*rows);
  if (const Related* related = find<Related>(lua, at)) {
    return related->record->related_set(related->name);
  }
  if (const ModelRef* model = find<ModelRef>(lua, at)) {
    return QuerySet::scoped(environment(lua).registry(), *model->model);
  }
  wrong_type(lua, at, "a QuerySet");
}

void push_rows(lua_State* lua, QuerySet rows) {
  push<Rows>(lua, Rows{std::move(rows)}, 1);
}

void push_first_value(lua_State* lua, int at, const QuerySet& rows) {
  Rows one{rows.slice(0, 1)};
  one.flat = get<Rows>(lua, at).flat;
  one.lists = get<Rows>(lua, at).lists;
  push_values(lua, one);
  if (lua_rawgeti(lua, -1, 1) == LUA_TNIL) {
    lua_pop(lua, 1);
    push_null(lua);
  }
  lua_remove(lua, -2);
}

orm::Records records_at(lua_State* lua, int at) {
  if (is_rows(lua, at)) {
    return rows_at(lua, at).records(environment(lua).databases());
  }
  if (auto record = record_at(lua, at)) {
    take_documents(lua, record);
    return {record};
  }
  if (!lua_istable(lua, at)) wrong_type(lua, at, "a list of records");
  orm::Records records;
  const auto count = static_cast<lua_Integer>(lua_rawlen(lua, at));
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(lua, at, i);
    records.push_back(get<RecordRef>(lua, -1).record);
    take_documents(lua, records.back());
    lua_pop(lua, 1);
  }
  return records;
}

std::vector<std::string> texts_at(lua_State* lua, int at) {
  std::vector<std::string> texts;
  if (lua_istable(lua, at)) {
    const auto count = static_cast<lua_Integer>(lua_rawlen(lua, at));
    for (lua_Integer i = 1; i <= count; ++i) {
      lua_rawgeti(lua, at, i);
      texts.push_back(text_at(lua, -1));
      lua_pop(lua, 1);
    }
    return texts;
  }
  for (int i = at; i <= lua_gettop(lua); ++i) texts.push_back(text_at(lua, i));
  return texts;
}

void use_methods(lua_State* lua, const char* name) {
  push_text(lua, name);
  lua_pushcclosure(lua, wrapped<method>, 2);
  lua_setfield(lua, -2, "__index");
}

void add_row_methods(lua_State* lua) { add_functions(lua, kMethods); }

void define_rows(lua_State* lua) {
  new_class<Rows>(lua);
  refuse_comparison(lua);
  add_functions(lua, kObject);
  lua_newtable(lua);
  add_query_methods(lua);
  add_asking_methods(lua);
  add_writing_methods(lua);
  add_row_methods(lua);
  lua_pushcclosure(lua, wrapped<index>, 1);
  lua_setfield(lua, -2, "__index");
  lua_pop(lua, 1);
}

}  // namespace manage::scripting
