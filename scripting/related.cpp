// Related managers: book.tags:add(tag), author.books:count().
#include <fmt/format.h>

#include "orm/writing/related_manager.hpp"
#include "scripting/operators.hpp"
#include "scripting/query_sets.hpp"
#include "scripting/values.hpp"

namespace manage::scripting {

namespace {

orm::RelatedManager manager(lua_State* lua) {
  const Related& related = get<Related>(lua, 1);
  return orm::RelatedManager(related.record, related.name);
}

/// {through_defaults={…}, bulk=false} at the end of the arguments, behind at
/// least `before` others.
orm::AddOptions options_at(lua_State* lua, int at) {
  orm::AddOptions options;
  if (!lua_istable(lua, at)) return options;
  lua_getfield(lua, at, "through_defaults");
  if (!lua_isnil(lua, -1)) {
    options.through_defaults = given_at(lua, lua_gettop(lua));
  }
  lua_getfield(lua, at, "bulk");
  if (!lua_isnil(lua, -1)) options.bulk = flag_at(lua, -1);
  lua_pop(lua, 2);
  return options;
}

bool is_options(lua_State* lua, int at) {
  return at > 2 && lua_istable(lua, at) && lua_rawlen(lua, at) == 0;
}

/// add(a, b), add({a, b}), add(1, 2), each with options behind.
int add(lua_State* lua) {
  int last = lua_gettop(lua);
  orm::AddOptions options;
  if (is_options(lua, last)) options = options_at(lua, last--);
  orm::Records records;
  std::vector<orm::Value> keys;
  for (int at = 2; at <= last; ++at) {
    if (lua_isinteger(lua, at) || lua_type(lua, at) == LUA_TSTRING) {
      keys.push_back(value_at(lua, at));
      continue;
    }
    for (orm::RecordPtr& one : records_at(lua, at)) {
      records.push_back(std::move(one));
    }
  }
  orm::RelatedManager rows = manager(lua);
  if (!records.empty()) rows.add(records, options);
  if (!keys.empty()) rows.add_keys(keys, options);
  return 0;
}

int remove(lua_State* lua) {
  orm::Records records;
  for (int at = 2; at <= lua_gettop(lua); ++at) {
    for (orm::RecordPtr& one : records_at(lua, at)) {
      records.push_back(std::move(one));
    }
  }
  manager(lua).remove(records);
  return 0;
}

int clear(lua_State* lua) {
  manager(lua).clear();
  return 0;
}

/// set({a, b}, {clear=true}).
int set(lua_State* lua) {
  bool clear = false;
  if (lua_istable(lua, 3)) {
    lua_getfield(lua, 3, "clear");
    clear = !lua_isnil(lua, -1) && flag_at(lua, -1);
    lua_pop(lua, 1);
  }
  manager(lua).set(records_at(lua, 2), clear, options_at(lua, 3));
  return 0;
}

int create(lua_State* lua) {
  push_record(lua, manager(lua).create(given_at(lua, 2), options_at(lua, 3)));
  return 1;
}

int get_or_create(lua_State* lua) {
  const orm::GivenList given = looked_for(lua, 2);
  return push_made(
      lua, manager(lua).get_or_create(given, part_of(lua, 2, "defaults")));
}

int update_or_create(lua_State* lua) {
  const orm::GivenList given = looked_for(lua, 2);
  std::optional<orm::GivenList> fresh;
  if (has_part(lua, 2, "create_defaults")) {
    fresh = part_of(lua, 2, "create_defaults");
  }
  return push_made(lua, manager(lua).update_or_create(
                            given, part_of(lua, 2, "defaults"), fresh));
}

int shown(lua_State* lua) {
  const Related& related = get<Related>(lua, 1);
  push_text(lua, fmt::format("<{}.{}>", related.record->model().label(),
                             related.name));
  return 1;
}

constexpr Method kMethods[] = {
    {"add", wrapped<add>},
    {"clear", wrapped<clear>},
    {"create", wrapped<create>},
    {"get_or_create", wrapped<get_or_create>},
    {"remove", wrapped<remove>},
    {"set", wrapped<set>},
    {"update_or_create", wrapped<update_or_create>},
};

}  // namespace

void define_related(lua_State* lua) {
  new_class<Related>(lua);
  refuse_comparison(lua);
  lua_pushcfunction(lua, wrapped<shown>);
  lua_setfield(lua, -2, "__tostring");
  lua_newtable(lua);
  add_query_methods(lua);
  add_asking_methods(lua);
  add_writing_methods(lua);
  add_row_methods(lua);
  add_functions(lua, kMethods);
  use_methods(lua, kClass<Related>);
  lua_pop(lua, 1);
}

}  // namespace manage::scripting
