#include "scripting/environment.hpp"

#include <algorithm>

#include "scripting/expressions.hpp"
#include "scripting/http.hpp"
#include "scripting/modules.hpp"
#include "scripting/query_sets.hpp"
#include "scripting/signals.hpp"
#include "scripting/state.hpp"
#include "scripting/unicode.hpp"
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

/// fail("message", {hint="…", code="shop.stale", exit_code=3}): an error like
/// those of manage, at the place of the call.
int fail(lua_State* lua) {
  std::string code = "script.failed";
  std::string hint;
  auto exit_code = ExitCode::kFailed;
  if (lua_istable(lua, 2)) {
    for (const std::string& key : sorted_keys(lua, 2)) {
      lua_getfield(lua, 2, key.c_str());
      if (key == "hint") {
        hint = text_at(lua, -1);
      } else if (key == "code") {
        code = text_at(lua, -1);
      } else if (key == "exit_code") {
        exit_code = static_cast<ExitCode>(
            std::clamp<std::int64_t>(integer_at(lua, -1), 1, 255));
      } else {
        throw Error("script.argument", "fail has no option " + key)
            .hint("hint, code, exit_code");
      }
      lua_pop(lua, 1);
    }
  }
  throw Error(code, text_at(lua, 1)).hint(std::move(hint)).exit(exit_code);
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
  if (environment(lua).current_models) define_models(lua);
  define_require(lua);
  define_files(lua);
  define_http(lua);
  define_mail(lua);
  define_unicode(lua);
  define_signals(lua);
  lua_pushcfunction(lua, wrapped<print>);
  lua_setglobal(lua, "print");
  lua_pushcfunction(lua, wrapped<leave>);
  lua_setglobal(lua, "exit");
  lua_pushcfunction(lua, wrapped<fail>);
  lua_setglobal(lua, "fail");
}

}  // namespace manage::scripting
