// Lua's C API where C++ stands on both sides of it.
//
// Lua is the C++ build: its errors are C++ exceptions of its own, so they run
// destructors, and pass through our functions untouched. What our functions
// throw becomes a Lua value in guarded() and nowhere else: every function that
// Lua calls is registered through wrapped<>.
#pragma once

#include <lua.hpp>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.hpp"

namespace manage::scripting {

/// Runs `function`; what it throws is raised as a Lua error: a manage::Error as
/// an Error object (script_error.hpp), others as texts.
int guarded(lua_State* lua, lua_CFunction function);

template <lua_CFunction F>
int wrapped(lua_State* lua) {
  return guarded(lua, F);
}

/// A type of Lua's userdata that holds a C++ value. `kClass` is what type_of()
/// and messages call it.
///
///   template <> inline constexpr const char* kClass<orm::Q> = "Q";
template <class T>
inline constexpr const char* kClass = nullptr;

struct Method {
  const char* name;
  lua_CFunction function;  ///< wrapped
};

/// Makes the metatable of a class; leaves it on the stack.
void new_class(lua_State* lua, const char* name, lua_CFunction destroy);
/// Adds functions to the table on top of the stack.
template <std::size_t N>
void add_functions(lua_State* lua, const Method (&methods)[N]) {
  for (const Method& method : methods) {
    lua_pushcfunction(lua, method.function);
    lua_setfield(lua, -2, method.name);
  }
}

/// What an object of Lua is made of. Every userdata of a state is one of ours,
/// so that its tag says which: a metatable would have to be looked up by name.
template <class T>
struct Boxed {
  const void* tag;
  T value;
};
template <class T>
inline constexpr char kTag = 0;

template <class T>
int destroy(lua_State* lua) {
  static_cast<Boxed<T>*>(lua_touserdata(lua, 1))->value.~T();
  return 0;
}

template <class T>
void new_class(lua_State* lua) {
  new_class(lua, kClass<T>, destroy<T>);
}

/// Pushes a new object that holds the value.
template <class T>
T& push(lua_State* lua, T value, int user_values = 0) {
  void* memory = lua_newuserdatauv(lua, sizeof(Boxed<T>), user_values);
  auto* made = new (memory) Boxed<T>{&kTag<T>, std::move(value)};
  luaL_setmetatable(lua, kClass<T>);
  return made->value;
}

/// nullptr: what stands there is something else.
template <class T>
T* find(lua_State* lua, int at) {
  if (lua_type(lua, at) != LUA_TUSERDATA) return nullptr;
  auto* box = static_cast<Boxed<T>*>(lua_touserdata(lua, at));
  return box->tag == &kTag<T> ? &box->value : nullptr;
}

/// "a QuerySet", "a number", "nothing": for messages.
std::string type_of(lua_State* lua, int at);
/// Throws "script.type": `expected` ("a text") should stand there.
[[noreturn]] void wrong_type(lua_State* lua, int at, std::string_view expected);

template <class T>
T& get(lua_State* lua, int at) {
  T* found = find<T>(lua, at);
  if (!found) wrong_type(lua, at, std::string("a ") + kClass<T>);
  return *found;
}

/// Arguments of functions; numbers are no texts and texts no numbers. Throw
/// "script.type".
std::string text_at(lua_State* lua, int at);
std::int64_t integer_at(lua_State* lua, int at);
bool flag_at(lua_State* lua, int at);
void push_text(lua_State* lua, std::string_view text);
/// Pushes what the table itself has under that name; its type.
int push_own(lua_State* lua, int table, const char* name);
/// As tostring() gives it; what a __tostring raises is told instead. Never
/// raises but for want of memory.
std::string shown_text(lua_State* lua, int at);

/// The text keys of a table, sorted: the order of pairs() differs from run to
/// run. Throws "script.type" for keys of other kinds, but for those of its
/// list.
std::vector<std::string> sorted_keys(lua_State* lua, int table);

/// Leaves the stack as it was.
class StackGuard {
 public:
  explicit StackGuard(lua_State* lua) : lua_(lua), top_(lua_gettop(lua)) {}
  StackGuard(const StackGuard&) = delete;
  StackGuard& operator=(const StackGuard&) = delete;
  ~StackGuard() { lua_settop(lua_, top_); }

 private:
  lua_State* lua_;
  int top_;
};

}  // namespace manage::scripting
