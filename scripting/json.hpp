// JSON as Lua tables. Lists and empty lists are tables of the metatable that
// json.array() gives, so that they stay lists; null is NULL.
#pragma once

#include <string>
#include <string_view>

#include "core/data.hpp"
#include "scripting/lua.hpp"

namespace manage::scripting {

/// Throws "json.text" for what is no JSON, or too deep.
void push_json(lua_State* lua, std::string_view text);
/// What JSON can say of a value of Lua: keys are sorted. Decimals, dates and
/// uuids are texts, as DjangoJSONEncoder makes them. Throws "json.value" for
/// what has no place in JSON.
Data data_at(lua_State* lua, int at);
/// The same as text.
std::string json_at(lua_State* lua, int at);
/// The table `json`: encode, decode, array.
void define_json(lua_State* lua);

}  // namespace manage::scripting
