// What a Lua command's handle(args, ctx) returns: nothing; the exit code;
// false, which is exit code 1; or a table, which is the document of --format
// json.
#pragma once

#include <string>

#include "cli/context.hpp"
#include "scripting/lua.hpp"

namespace manage::commands {

/// The table that stands there; another value is its "result".
Document document_at(lua_State* lua, int at);

/// Takes what handle() of that command returned, on top of the stack.
ExitCode take_result(lua_State* lua, const std::string& command,
                     cli::Context& context);

}  // namespace manage::commands
