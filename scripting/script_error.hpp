// Errors on their way through Lua: a manage::Error is an object there, with its
// code, message and hint; what Lua itself finds is a text. Both become a
// manage::Error again at the place in the script.
#pragma once

#include <functional>

#include "core/error.hpp"
#include "scripting/lua.hpp"

namespace manage::scripting {

template <>
inline constexpr const char* kClass<Error> = "Error";

/// Pushes the error; one without a place is where the script is now.
void push_error(lua_State* lua, const Error& error);

/// The value on top of the stack, whatever a script raised, as an Error; pops
/// it. Texts have the code "script.error".
Error pop_error(lua_State* lua);

/// The metatable: error.code, error.message, error.hint, tostring(error).
void define_error(lua_State* lua);

}  // namespace manage::scripting
