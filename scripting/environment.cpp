#include "scripting/environment.hpp"

#include "scripting/expressions.hpp"
#include "scripting/query_sets.hpp"
#include "scripting/state.hpp"
#include "scripting/values.hpp"

namespace manage::scripting {

namespace {

int print(lua_State* lua) {
  std::string line;
  for (int at = 1; at <= lua_gettop(lua); ++at) {
    if (at > 1) line += '\t';
    std::size_t length = 0;
    const char* text = luaL_tolstring(lua, at, &length);
    line.append(text, length);
    lua_pop(lua, 1);
  }
  environment(lua).print(line + "\n");
  return 0;
}

/// exit(), exit(3), exit(false): the script ends, and the command with that
/// code.
int leave(lua_State* lua) {
  std::int64_t code = 0;
  if (lua_isboolean(lua, 1)) {
    code = lua_toboolean(lua, 1) != 0 ? 0 : 1;
  } else if (!lua_isnone(lua, 1)) {
    code = integer_at(lua, 1);
  }
  if (code < 0 || code > 255) {
    throw Error("script.argument", "an exit code is a number from 0 to 255");
  }
  const Error end =
      Error(kExit, "the script has ended").exit(static_cast<ExitCode>(code));
  State::of(lua).stop(end);
  throw Error(end);
}

}  // namespace

Environment& environment(lua_State* lua) {
  if (Environment* found = State::of(lua).environment) return *found;
  throw Error("script.models", "there are no models here");
}

void define_orm(lua_State* lua) {
  define_values(lua);
  define_expressions(lua);
  define_rows(lua);
  define_records(lua);
  define_related(lua);
  define_model_class(lua);
  define_transactions(lua);
  define_models(lua);
  lua_pushcfunction(lua, wrapped<print>);
  lua_setglobal(lua, "print");
  lua_pushcfunction(lua, wrapped<leave>);
  lua_setglobal(lua, "exit");
}

}  // namespace manage::scripting
