#include "scripting/callables.hpp"

#include <fmt/format.h>

#include "orm/query/record.hpp"
#include "scripting/modules.hpp"
#include "scripting/query_sets.hpp"
#include "scripting/values.hpp"

namespace manage::scripting {

namespace {

using orm::Callable;
using orm::Invalid;

std::string code_at(lua_State* lua, int at) {
  return lua_isnoneornil(lua, at) ? "invalid" : text_at(lua, at);
}

Error wrong_answer(const Callable& function, lua_State* lua, int at,
                   std::string_view wanted) {
  return Error("script.type",
               fmt::format("{} returned {}", function.name, type_of(lua, at)))
      .hint(std::string(wanted));
}

/// Whether what a function returned says that nothing is wrong.
bool is_good(lua_State* lua, int at) {
  return lua_isnil(lua, at) ||
         (lua_isboolean(lua, at) && lua_toboolean(lua, at) != 0);
}

std::vector<Invalid> by_field(lua_State* lua, int at) {
  std::vector<Invalid> found;
  // What has no name is about the whole record.
  const auto count = static_cast<lua_Integer>(lua_rawlen(lua, at));
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(lua, at, i);
    found.push_back({"", "invalid", text_at(lua, -1)});
    lua_pop(lua, 1);
  }
  for (const std::string& name : sorted_keys(lua, at)) {
    lua_getfield(lua, at, name.c_str());
    found.push_back({name, "invalid", text_at(lua, -1)});
    lua_pop(lua, 1);
  }
  return found;
}

}  // namespace

orm::Value ScriptCallables::make(const Callable& function) {
  orm::Value value;
  state_().run([&](lua_State* lua) {
    push_callable(lua, function);
    lua_call(lua, 0, 1);
    if (lua_isnil(lua, -1)) {
      throw wrong_answer(function, lua, -1, "a default is a value, or NULL");
    }
    value = value_at(lua, lua_gettop(lua));
  });
  return value;
}

std::vector<Invalid> ScriptCallables::validate(const Callable& function,
                                               const orm::Value& value) {
  std::vector<Invalid> found;
  state_().run([&](lua_State* lua) {
    push_callable(lua, function);
    push_value(lua, value);
    const int answer = lua_gettop(lua) - 1;
    lua_call(lua, 1, 2);
    if (is_good(lua, answer)) return;
    if (lua_type(lua, answer) != LUA_TSTRING) {
      throw wrong_answer(
          function, lua, answer,
          "a validator returns what is wrong, a text, or nothing");
    }
    found.push_back({"", code_at(lua, answer + 1), text_at(lua, answer)});
  });
  return found;
}

std::vector<Invalid> ScriptCallables::clean(const Callable& function,
                                            orm::Record& record) {
  std::vector<Invalid> found;
  state_().run([&](lua_State* lua) {
    const orm::RecordPtr shared = record.shared_from_this();
    push_callable(lua, function);
    push_record(lua, shared);
    const int answer = lua_gettop(lua) - 1;
    lua_call(lua, 1, 2);
    take_documents(lua, shared);
    if (is_good(lua, answer)) return;
    if (lua_istable(lua, answer)) {
      found = by_field(lua, answer);
    } else if (lua_type(lua, answer) == LUA_TSTRING) {
      found.push_back({"", code_at(lua, answer + 1), text_at(lua, answer)});
    } else {
      throw wrong_answer(function, lua, answer,
                         "clean returns a text, a table of texts by field, or "
                         "nothing");
    }
  });
  return found;
}

}  // namespace manage::scripting
