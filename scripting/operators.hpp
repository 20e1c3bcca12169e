// What Lua cannot say: comparisons of things that only the database has.
#pragma once

#include "scripting/lua.hpp"

namespace manage::scripting {

/// Makes <, <=, == between two, #, .. and calls of the class on top of the
/// stack errors that say what to write instead.
void refuse_comparison(lua_State* lua);

}  // namespace manage::scripting
