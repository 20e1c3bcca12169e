// Values between Lua and the ORM.
//
//   NULL            NULL, an object of its own: nil would vanish from tables
//   bool            boolean
//   integer, float  number of that subtype, all 64 bits
//   text            string
//   JSON            table, by json.decode
//   others          an object of the class Value: decimal, date, time,
//   datetime,
//                   duration, uuid, bytes; with arithmetic and comparison where
//                   they make sense, and never with a float where digits could
//                   be lost
//
// Errors: "script.type"; "value.…" of arithmetic.
#pragma once

#include "orm/value.hpp"
#include "scripting/lua.hpp"

namespace manage::scripting {

template <>
inline constexpr const char* kClass<orm::Value> = "Value";

void push_null(lua_State* lua);
void push_value(lua_State* lua, const orm::Value& value);
/// Tables become JSON. Throws "script.type" for nil, functions and the like.
orm::Value value_at(lua_State* lua, int at);
bool is_null_at(lua_State* lua, int at);
/// "decimal", "date", …
std::string_view kind_name(const orm::Value& value);

/// The metatable, NULL, and the functions that make values: decimal, date,
/// time, datetime, duration, uuid, bytes, now, today, json.
void define_values(lua_State* lua);

/// The operators and the parts, for the metatable on top of the stack.
void define_value_operators(lua_State* lua);
void define_value_parts(lua_State* lua);

}  // namespace manage::scripting
