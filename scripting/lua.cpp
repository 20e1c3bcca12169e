#include "scripting/lua.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "scripting/script_error.hpp"
#include "scripting/state.hpp"

namespace manage::scripting {

int guarded(lua_State* lua, lua_CFunction function) {
  try {
    const int results = function(lua);
    // Whatever caught the reason meanwhile.
    State::of(lua).require_running();
    return results;
  } catch (const Error& error) {
    push_error(lua, error);
  } catch (const std::bad_alloc&) {
    lua_pushliteral(lua, "not enough memory");
  } catch (const std::exception& error) {
    luaL_where(lua, 1);
    lua_pushstring(lua, error.what());
    lua_concat(lua, 2);
  }
  return lua_error(lua);
}

void new_class(lua_State* lua, const char* name, lua_CFunction destroy) {
  luaL_newmetatable(lua, name);
  lua_pushcfunction(lua, destroy);
  lua_setfield(lua, -2, "__gc");
  // Scripts do not look behind it.
  lua_pushstring(lua, name);
  lua_setfield(lua, -2, "__metatable");
}

namespace {

/// "an Expression", "a uuid".
std::string with_article(std::string_view name) {
  const bool vowel =
      std::string_view("AEIOaeio").find(name.front()) != std::string_view::npos;
  return fmt::format("{} {}", vowel ? "an" : "a", name);
}

}  // namespace

std::string type_of(lua_State* lua, int at) {
  const int type = lua_type(lua, at);
  if (type == LUA_TNONE) return "nothing";
  if (type == LUA_TNIL) return "nil";
  if (type == LUA_TUSERDATA && luaL_getmetafield(lua, at, "__name")) {
    const char* name = lua_tostring(lua, -1);
    std::string shown = with_article(name ? name : "value");
    lua_pop(lua, 1);
    return shown;
  }
  return with_article(lua_typename(lua, type));
}

void wrong_type(lua_State* lua, int at, std::string_view expected) {
  const std::string got = type_of(lua, at);
  Error error("script.type", fmt::format("expected {}, got {}", expected, got));
  if (at == 1 && got == "nothing") {
    error.hint("methods are called with a colon: Book:all()");
  } else if (got == "nil") {
    error.hint("where NULL is meant, write NULL");
  }
  throw Error(error);
}

std::string text_at(lua_State* lua, int at) {
  if (lua_type(lua, at) != LUA_TSTRING) wrong_type(lua, at, "a text");
  std::size_t length = 0;
  const char* text = lua_tolstring(lua, at, &length);
  return {text, length};
}

std::int64_t integer_at(lua_State* lua, int at) {
  int exact = 0;
  const lua_Integer number = lua_tointegerx(lua, at, &exact);
  if (lua_type(lua, at) != LUA_TNUMBER || !exact) {
    wrong_type(lua, at, "an integer");
  }
  return number;
}

bool flag_at(lua_State* lua, int at) {
  if (!lua_isboolean(lua, at)) wrong_type(lua, at, "true or false");
  return lua_toboolean(lua, at) != 0;
}

int push_own(lua_State* lua, int table, const char* name) {
  const int at = lua_absindex(lua, table);
  lua_pushstring(lua, name);
  return lua_rawget(lua, at);
}

void push_text(lua_State* lua, std::string_view text) {
  lua_pushlstring(lua, text.data(), text.size());
}

namespace {

int to_text(lua_State* lua) {
  luaL_tolstring(lua, 1, nullptr);
  return 1;
}

}  // namespace

std::string shown_text(lua_State* lua, int at) {
  lua_pushvalue(lua, at);
  lua_pushcfunction(lua, wrapped<to_text>);
  lua_insert(lua, -2);
  const bool good = lua_pcall(lua, 1, 1, 0) == LUA_OK;
  std::size_t length = 0;
  const char* text = lua_tolstring(lua, -1, &length);
  const Error* error = find<Error>(lua, -1);
  std::string shown = text ? std::string(text, length) : "a value";
  if (!good) shown = "(no text: " + (error ? error->message() : shown) + ")";
  lua_pop(lua, 1);
  return shown;
}

std::vector<std::string> sorted_keys(lua_State* lua, int table) {
  const int at = lua_absindex(lua, table);
  const auto count = static_cast<lua_Integer>(lua_rawlen(lua, at));
  std::vector<std::string> keys;
  lua_pushnil(lua);
  while (lua_next(lua, at) != 0) {
    lua_pop(lua, 1);
    if (lua_type(lua, -1) == LUA_TSTRING) {
      keys.push_back(text_at(lua, -1));
      continue;
    }
    const bool listed = lua_isinteger(lua, -1) && lua_tointeger(lua, -1) >= 1 &&
                        lua_tointeger(lua, -1) <= count;
    if (!listed) wrong_type(lua, -1, "a name as a key");
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace manage::scripting
