#include "scripting/modules.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "orm/apps.hpp"
#include "scripting/environment.hpp"
#include "scripting/script_error.hpp"
#include "scripting/state.hpp"

namespace manage::scripting {

namespace {

/// Its address is the key of the modules in the registry: what each gave, or
/// false while it is being run.
const char kModules = 0;

void push_modules(lua_State* lua) {
  if (lua_rawgetp(lua, LUA_REGISTRYINDEX, &kModules) == LUA_TTABLE) return;
  lua_pop(lua, 1);
  lua_newtable(lua);
  lua_pushvalue(lua, -1);
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &kModules);
}

std::vector<std::string> modules_of(const orm::AppConfig& app) {
  std::vector<std::string> names;
  for (const std::string& file : app.source->list("")) {
    if (!file.ends_with(".lua")) continue;
    names.push_back(app.label + "." + file.substr(0, file.size() - 4));
  }
  return names;
}

/// The file of a module. Each part is an identifier, so that no name leads out
/// of its app.
std::shared_ptr<const SourceFile> file_of(lua_State* lua,
                                          const std::string& name) {
  std::vector<std::string> parts = text::split(name, '.');
  for (const std::string& part : parts) {
    if (text::is_identifier(part)) continue;
    throw Error("script.unknown",
                fmt::format("\"{}\" is no name of a module", name))
        .hint("write require \"app.module\"");
  }
  const orm::Apps* apps = environment(lua).installed;
  const orm::AppConfig* app = apps ? apps->find(parts.front()) : nullptr;
  if (!app) {
    Error error("script.unknown",
                fmt::format("there is no module {}: no installed app is {}",
                            name, parts.front()));
    if (apps) error.hint(text::did_you_mean(parts.front(), apps->labels()));
    throw Error(error);
  }
  parts.erase(parts.begin());
  const std::string path = text::join(parts, "/") + ".lua";
  if (auto file = parts.empty() ? nullptr : app->source->read(path)) {
    return file;
  }
  throw Error("script.unknown", fmt::format("there is no module {}", name))
      .hint(text::did_you_mean(name, modules_of(*app)));
}

int require(lua_State* lua) {
  push_module(lua, text_at(lua, 1));
  return 1;
}

}  // namespace

void push_names(lua_State* lua) {
  lua_newtable(lua);
  lua_createtable(lua, 0, 1);
  lua_pushglobaltable(lua);
  lua_setfield(lua, -2, "__index");
  lua_setmetatable(lua, -2);
}

namespace {

/// Pushes the file as a function whose names are those of the table on top of
/// the stack.
void load_file(lua_State* lua, const std::shared_ptr<const SourceFile>& file) {
  State& state = State::of(lua);
  state.load(file);
  // It was loaded by the main thread; a coroutine may be the one that asks.
  if (state.lua() != lua) lua_xmove(state.lua(), lua, 1);
  lua_pushvalue(lua, -2);
  lua_setupvalue(lua, -2, 1);
}

/// Pushes what the module gives. `modules` notes that it is being run.
void run_module(lua_State* lua, const std::string& name, int modules) {
  const auto file = file_of(lua, name);
  lua_pushboolean(lua, 0);
  lua_setfield(lua, modules, name.c_str());
  push_names(lua);
  bool whole = false;
  try {
    load_file(lua, file);
    whole = lua_pcall(lua, 0, 1, 0) == LUA_OK;
  } catch (const Error& error) {
    push_error(lua, error);
  }
  if (!whole) {
    // Another time it may be.
    lua_pushnil(lua);
    lua_setfield(lua, modules, name.c_str());
    lua_error(lua);
  }
  if (lua_isnil(lua, -1)) lua_pop(lua, 1);
  lua_pushvalue(lua, -1);
  lua_setfield(lua, modules, name.c_str());
}

}  // namespace

void run_file(lua_State* lua, const std::shared_ptr<const SourceFile>& file) {
  load_file(lua, file);
  lua_call(lua, 0, 1);
}

void push_module(lua_State* lua, const std::string& name) {
  luaL_checkstack(lua, 20, "too many modules");
  push_modules(lua);
  const int modules = lua_gettop(lua);
  const int known = lua_getfield(lua, modules, name.c_str());
  if (known == LUA_TBOOLEAN && lua_toboolean(lua, -1) == 0) {
    throw Error("script.circle",
                fmt::format("the module {} requires itself", name));
  }
  if (known == LUA_TNIL) run_module(lua, name, modules);
  lua_replace(lua, modules);
  lua_settop(lua, modules);
}

void push_callable(lua_State* lua, const orm::Callable& callable) {
  const std::size_t dot = callable.name.rfind('.');
  const std::string module = callable.name.substr(0, dot);
  const std::string function = callable.name.substr(dot + 1);
  const auto fail = [&](Error error) {
    if (callable.pos) error.at(callable.pos);
    throw Error(std::move(error));
  };
  try {
    push_module(lua, module);
  } catch (const Error& error) {
    if (error.code() == "script.unknown") fail(error);
    throw;
  }
  if (!lua_istable(lua, -1)) {
    fail(Error("script.unknown",
               fmt::format("the module {} has no functions", module)));
  }
  if (lua_getfield(lua, -1, function.c_str()) != LUA_TFUNCTION) {
    lua_pop(lua, 1);
    Error error("script.unknown",
                fmt::format("{} has no function {}", module, function));
    error.hint(text::did_you_mean(function, sorted_keys(lua, -1)));
    fail(std::move(error));
  }
  lua_remove(lua, -2);
}

void define_require(lua_State* lua) {
  lua_pushcfunction(lua, wrapped<require>);
  lua_setglobal(lua, "require");
}

}  // namespace manage::scripting
