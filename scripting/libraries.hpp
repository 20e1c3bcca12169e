// Lua's own libraries, without what reaches outside: no io, no debug, no
// packages, of os only the clock.
#pragma once

#include "scripting/lua.hpp"

namespace manage::scripting {

/// Opens them. What runs other code (pcall, coroutines) does not swallow a
/// State that was stopped; load() takes texts only.
int open_libraries(lua_State* lua);

}  // namespace manage::scripting
