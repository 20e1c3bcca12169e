// Files of apps as modules: require "shop.validators" is what
// shop/validators.lua gives.
//
// A file is run once in a state. What it names without `local` are its own
// names, not globals: they are what the module has, unless the file returns
// something. Only files of installed apps are modules.
//
// Errors: "script.unknown" for what is not there, with near names;
// "script.circle"; those of the file.
#pragma once

#include <memory>
#include <string>

#include "core/source.hpp"
#include "orm/callables.hpp"
#include "scripting/lua.hpp"

namespace manage::scripting {

/// The function require.
void define_require(lua_State* lua);

/// Pushes what the module of that name gives; it is run if it was not yet.
void push_module(lua_State* lua, const std::string& name);
/// Pushes the function that a model names.
void push_callable(lua_State* lua, const orm::Callable& callable);

/// Pushes a table whose names are found before the globals.
void push_names(lua_State* lua);
/// Runs a file with the names of the table on top of the stack; pushes what it
/// returns, or nil.
void run_file(lua_State* lua, const std::shared_ptr<const SourceFile>& file);

}  // namespace manage::scripting
