#include "scripting/libraries.hpp"

#include "scripting/script_error.hpp"
#include "scripting/state.hpp"

namespace manage::scripting {

namespace {

/// Gives back what it was given, in a script that may go on.
int still_running(lua_State* lua) {
  State::of(lua).require_running();
  return lua_gettop(lua);
}

struct Library {
  const char* name;
  lua_CFunction open;
};

constexpr Library kLibraries[] = {
    {LUA_GNAME, luaopen_base},        {LUA_TABLIBNAME, luaopen_table},
    {LUA_STRLIBNAME, luaopen_string}, {LUA_MATHLIBNAME, luaopen_math},
    {LUA_UTF8LIBNAME, luaopen_utf8},  {LUA_COLIBNAME, luaopen_coroutine},
    {LUA_OSLIBNAME, luaopen_os},
};

/// In Lua, since a coroutine may be left in the middle of a pcall.
constexpr const char* kPrelude = R"(
local still_running = ...
local function guarded(call)
  return function(...) return still_running(call(...)) end
end
pcall, xpcall = guarded(pcall), guarded(xpcall)
coroutine.resume = guarded(coroutine.resume)
coroutine.close = guarded(coroutine.close)
local load_any, count = guarded(load), select
function load(chunk, name, mode, ...)
  if count("#", ...) == 0 then return load_any(chunk, name, "t") end
  return load_any(chunk, name, "t", ...)
end
-- Lua stops nothing in a finalizer.
local set_any, raw, kind, fail = setmetatable, rawget, type, error
function setmetatable(object, meta)
  if kind(meta) == "table" and raw(meta, "__gc") ~= nil then
    fail("scripts have no finalizers (__gc): use <close> variables", 2)
  end
  return set_any(object, meta)
end
dofile, loadfile, string.dump = nil, nil, nil
os = {clock = os.clock, date = os.date, difftime = os.difftime, time = os.time}
)";

}  // namespace

int open_libraries(lua_State* lua) {
  for (const Library& one : kLibraries) {
    luaL_requiref(lua, one.name, one.open, 1);
    lua_pop(lua, 1);
  }
  define_error(lua);
  if (luaL_loadbufferx(lua, kPrelude, std::char_traits<char>::length(kPrelude),
                       "=prelude", "t") != LUA_OK) {
    return lua_error(lua);
  }
  lua_pushcfunction(lua, wrapped<still_running>);
  lua_call(lua, 1, 0);
  return 0;
}

}  // namespace manage::scripting
