#include "commands/call_command.hpp"

#include "commands/scripts.hpp"
#include "core/text.hpp"

namespace manage::commands {

namespace {

using scripting::text_at;

void add_option(lua_State* lua, const std::string& name,
                std::vector<std::string>& arguments) {
  const std::string option = "--" + text::replace_all(name, "_", "-");
  if (lua_isboolean(lua, -1)) {
    if (lua_toboolean(lua, -1) != 0) arguments.push_back(option);
    return;
  }
  if (!lua_istable(lua, -1)) {
    arguments.push_back(option + "=" + scripting::shown_text(lua, -1));
    return;
  }
  const auto count = static_cast<lua_Integer>(lua_rawlen(lua, -1));
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(lua, -1, i);
    arguments.push_back(option + "=" + scripting::shown_text(lua, -1));
    lua_pop(lua, 1);
  }
}

int call_command(lua_State* lua) {
  auto& scripts =
      *static_cast<Scripts*>(lua_touserdata(lua, lua_upvalueindex(1)));
  const int first = lua_toboolean(lua, lua_upvalueindex(2)) != 0 ? 2 : 1;
  if (scripts.sandboxed()) {
    throw Error("command.sandbox", "no other command runs in a sandbox")
        .hint("what it commits could not be rolled back");
  }
  std::vector<std::string> arguments = {text_at(lua, first)};
  const int last = lua_gettop(lua);
  for (int at = first + 1; at <= last; ++at) {
    if (at < last || !lua_istable(lua, at)) {
      arguments.push_back(scripting::shown_text(lua, at));
      continue;
    }
    for (const std::string& key : scripting::sorted_keys(lua, at)) {
      lua_getfield(lua, at, key.c_str());
      add_option(lua, key, arguments);
      lua_pop(lua, 1);
    }
  }
  const ExitCode code = scripts.context().call_command(arguments);
  // It may have ended well, after a signal that was meant for all.
  scripts.context().check_interrupted();
  lua_pushinteger(lua, static_cast<lua_Integer>(code));
  return 1;
}

}  // namespace

void push_call_command(lua_State* lua, Scripts& scripts, bool method) {
  lua_pushlightuserdata(lua, &scripts);
  lua_pushboolean(lua, method ? 1 : 0);
  lua_pushcclosure(lua, scripting::wrapped<call_command>, 2);
}

}  // namespace manage::commands
