// Methods of query sets, models and related managers that change rows.
#include <fmt/format.h>

#include <algorithm>

#include "orm/writing/deletion.hpp"
#include "orm/writing/updating.hpp"
#include "scripting/expressions.hpp"
#include "scripting/query_sets.hpp"
#include "scripting/values.hpp"

namespace manage::scripting {

namespace {

/// A model and a related manager mean all their rows: that must be said.
void require_rows(lua_State* lua, const char* method) {
  if (find<Rows>(lua, 1)) return;
  throw Error("script.argument",
              fmt::format("{} needs to be told of which rows", method))
      .hint(fmt::format("write :filter{{…}}:{0}() or :all():{0}()", method));
}

/// Asks a person, where one types, before everything is changed.
void confirm_all(lua_State* lua, const char* method) {
  const Environment& world = environment(lua);
  if (!world.confirm) return;
  const orm::QuerySet rows = rows_at(lua, 1);
  if (rows.query().where || rows.query().sliced()) return;
  if (world.confirm(
          fmt::format("{} every row of {}?", method, rows.model().label()))) {
    return;
  }
  throw Error("script.refused", fmt::format("{} was not confirmed", method));
}

int update(lua_State* lua) {
  require_rows(lua, "update");
  confirm_all(lua, "update");
  const orm::GivenList given = given_at(lua, 2);
  if (given.empty()) {
    throw Error("script.empty", "there is nothing to update")
        .hint("nil vanishes from tables: write NULL");
  }
  lua_pushinteger(
      lua, orm::update(rows_at(lua, 1), given, environment(lua).databases()));
  return 1;
}

/// delete(), delete{hard=true}.
int remove(lua_State* lua) {
  require_rows(lua, "delete");
  confirm_all(lua, "delete");
  orm::RemoveOptions options;
  if (lua_istable(lua, 2)) {
    lua_getfield(lua, 2, "hard");
    options.hard = !lua_isnil(lua, -1) && flag_at(lua, -1);
  }
  return push_deleted(
      lua, orm::remove(rows_at(lua, 1), environment(lua).databases(), options));
}

/// Of rows that may be marked: Book:unscoped():filter{…}:restore().
int restore(lua_State* lua) {
  require_rows(lua, "restore");
  lua_pushinteger(lua,
                  orm::restore(rows_at(lua, 1), environment(lua).databases()));
  return 1;
}

constexpr Method kMethods[] = {
    {"delete", wrapped<remove>},
    {"restore", wrapped<restore>},
    {"update", wrapped<update>},
};

}  // namespace

void add_writing_methods(lua_State* lua) { add_functions(lua, kMethods); }

int push_deleted(lua_State* lua, const orm::Deleted& done) {
  lua_pushinteger(lua, done.total);
  lua_newtable(lua);
  for (const auto& [label, count] : done.by_model) {
    lua_pushinteger(lua, count);
    lua_setfield(lua, -2, label.c_str());
  }
  return 2;
}

orm::GivenList part_of(lua_State* lua, int at, const char* name) {
  orm::GivenList given;
  if (lua_getfield(lua, at, name) != LUA_TNIL) {
    given = given_at(lua, lua_gettop(lua));
  }
  lua_pop(lua, 1);
  return given;
}

bool has_part(lua_State* lua, int at, const char* name) {
  const bool there = lua_getfield(lua, at, name) != LUA_TNIL;
  lua_pop(lua, 1);
  return there;
}

orm::GivenList looked_for(lua_State* lua, int at) {
  orm::GivenList given = given_at(lua, at, {"defaults", "create_defaults"});
  if (!given.empty()) return given;
  throw Error("script.empty", "an empty table is no condition")
      .hint("nil vanishes from tables: write NULL");
}

int push_made(lua_State* lua, const std::pair<orm::RecordPtr, bool>& made) {
  push_record(lua, made.first);
  lua_pushboolean(lua, made.second ? 1 : 0);
  return 2;
}

orm::GivenList given_at(lua_State* lua, int at,
                        std::initializer_list<std::string_view> without) {
  if (!lua_istable(lua, at)) wrong_type(lua, at, "a table of fields");
  const int table = lua_absindex(lua, at);
  orm::GivenList given;
  for (const std::string& key : sorted_keys(lua, table)) {
    if (std::find(without.begin(), without.end(), key) != without.end()) {
      continue;
    }
    lua_getfield(lua, table, key.c_str());
    if (const auto* expr = find<orm::ExprPtr>(lua, -1)) {
      given.emplace_back(key, *expr);
    } else if (const auto record = record_at(lua, -1)) {
      given.emplace_back(key, record);
    } else if (is_rows(lua, -1)) {
      given.emplace_back(key, rows_at(lua, -1).subquery());
    } else {
      given.emplace_back(key, value_at(lua, -1));
    }
    lua_pop(lua, 1);
  }
  return given;
}

}  // namespace manage::scripting
