// The styles of lines that commands in Lua write: ctx:line("done", "good").
#pragma once

#include "cli/style.hpp"
#include "scripting/lua.hpp"

namespace manage::commands {

/// The style of that name; plain without one. Throws "script.argument".
cli::Style style_at(lua_State* lua, int at);

}  // namespace manage::commands
