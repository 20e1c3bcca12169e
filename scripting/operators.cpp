#include "scripting/operators.hpp"

#include <fmt/format.h>

namespace manage::scripting {

namespace {

[[noreturn]] void refuse(lua_State* lua, std::string_view sign,
                         const char* hint) {
  const int at = luaL_getmetafield(lua, 1, "__name") ? 1 : 2;
  throw Error("script.operator",
              fmt::format("{} has no {} in Lua", type_of(lua, at), sign))
      .hint(hint);
}

constexpr const char* kCompare =
    "write Book:filter{price__gt=100}, or F\"price\":gt(100)";

int less(lua_State* lua) { refuse(lua, "< or >", kCompare); }
int less_or_equal(lua_State* lua) { refuse(lua, "<= or >=", kCompare); }
int equal(lua_State* lua) {
  refuse(lua, "==", "write Book:filter{price=100}, or F\"price\":exact(100)");
}
int length(lua_State* lua) {
  refuse(lua, "#", "write rows:count(), or #rows:list()");
}
int concat(lua_State* lua) {
  refuse(lua, "..", "write Concat(\"first\", Value\" \", \"last\")");
}

constexpr Method kRefused[] = {
    {"__concat", wrapped<concat>},    {"__eq", wrapped<equal>},
    {"__le", wrapped<less_or_equal>}, {"__len", wrapped<length>},
    {"__lt", wrapped<less>},
};

}  // namespace

void refuse_comparison(lua_State* lua) { add_functions(lua, kRefused); }

}  // namespace manage::scripting
