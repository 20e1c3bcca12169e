#include "scripting/script_error.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "scripting/state.hpp"

namespace manage::scripting {

namespace {

int error_index(lua_State* lua) {
  const Error& error = get<Error>(lua, 1);
  const std::string key = text_at(lua, 2);
  if (key == "code") {
    push_text(lua, error.code());
  } else if (key == "message") {
    push_text(lua, error.message());
  } else if (key == "hint") {
    push_text(lua, error.diagnostics().front().hint);
  } else if (key == "where") {
    push_text(lua, error.diagnostics().front().where.text());
  } else {
    lua_pushnil(lua);
  }
  return 1;
}

int error_text(lua_State* lua) {
  push_text(lua, get<Error>(lua, 1).what());
  return 1;
}

constexpr Method kError[] = {
    {"__index", wrapped<error_index>},
    {"__tostring", wrapped<error_text>},
};

/// Where the Lua function is that stands at `level` of the calls.
SourcePos place(lua_State* lua, int level) {
  lua_Debug debug;
  if (!lua_getstack(lua, level, &debug)) return {};
  lua_getinfo(lua, "Sl", &debug);
  return State::of(lua).place(debug.short_src, debug.currentline);
}

/// Near names of a global that a message says is not there.
std::string hint_for(lua_State* lua, std::string_view message) {
  constexpr std::string_view kGlobal = "(global '";
  const std::size_t begin = message.find(kGlobal);
  if (begin == std::string_view::npos) return {};
  std::string_view name = message.substr(begin + kGlobal.size());
  name = name.substr(0, name.find('\''));
  lua_pushglobaltable(lua);
  std::vector<std::string> known;
  for (lua_pushnil(lua); lua_next(lua, -2) != 0; lua_pop(lua, 1)) {
    if (lua_type(lua, -2) == LUA_TSTRING) known.push_back(text_at(lua, -2));
  }
  lua_pop(lua, 1);
  std::sort(known.begin(), known.end());
  return text::did_you_mean(std::string(name), known);
}

Error from_text(lua_State* lua, std::string_view text) {
  std::string_view message = text;
  const SourcePos where = State::of(lua).take_place(message);
  Error error("script.error", std::string(message));
  if (std::string hint = hint_for(lua, message); !hint.empty()) {
    error.hint(std::move(hint));
  }
  if (where) error.at(where);
  return error;
}

}  // namespace

void push_error(lua_State* lua, const Error& error) {
  SourcePos here;
  // Level 0 is the function of ours that found it.
  for (int level = 1; level < 10 && !here; ++level) here = place(lua, level);
  std::vector<Diagnostic> all = error.diagnostics();
  for (Diagnostic& one : all) {
    if (!one.where) one.where = here;
  }
  push(lua, Error(std::move(all)).exit(error.exit_code()));
}

Error pop_error(lua_State* lua) {
  if (const Error* error = find<Error>(lua, -1)) {
    Error copy = *error;
    lua_pop(lua, 1);
    return copy;
  }
  Error error = from_text(lua, shown_text(lua, -1));
  lua_pop(lua, 1);
  return error;
}

void define_error(lua_State* lua) {
  new_class<Error>(lua);
  add_functions(lua, kError);
  lua_pop(lua, 1);
}

}  // namespace manage::scripting
