#include "commands/command_result.hpp"

#include <fmt/format.h>

#include "scripting/json.hpp"

namespace manage::commands {

Document document_at(lua_State* lua, int at) {
  const Data data = scripting::data_at(lua, at);
  if (data.map()) return *data.map();
  return {{"result", data}};
}

ExitCode take_result(lua_State* lua, const std::string& command,
                     cli::Context& context) {
  if (lua_isnil(lua, -1)) return ExitCode::kDone;
  if (lua_istable(lua, -1)) {
    context.out().document() = document_at(lua, lua_gettop(lua));
    return ExitCode::kDone;
  }
  if (lua_isboolean(lua, -1)) {
    return lua_toboolean(lua, -1) != 0 ? ExitCode::kDone : ExitCode::kFailed;
  }
  if (lua_isinteger(lua, -1)) {
    const std::int64_t code = scripting::integer_at(lua, -1);
    if (code >= 0 && code <= 255) return static_cast<ExitCode>(code);
  }
  throw Error("command.result",
              fmt::format("{} returned {}", command,
                          scripting::type_of(lua, lua_gettop(lua))))
      .hint(
          "nothing, an exit code from 0 to 255, or a table for --format json");
}

}  // namespace manage::commands
