#include "scripting/completion.hpp"

#include <algorithm>
#include <set>

#include "orm/query/path.hpp"
#include "scripting/query_sets.hpp"

namespace manage::scripting {

namespace {

constexpr std::string_view kWords[] = {
    "and", "break",    "do",     "else", "elseif", "end",   "false",
    "for", "function", "if",     "in",   "local",  "nil",   "not",
    "or",  "repeat",   "return", "then", "true",   "until", "while"};

constexpr std::string_view kLookups[] = {
    "exact",       "iexact",   "contains",  "icontains", "startswith",
    "istartswith", "endswith", "iendswith", "gt",        "gte",
    "lt",          "lte",      "in",        "range",     "isnull",
    "regex",       "iregex",   "year",      "month",     "day",
    "date",        "time",     "hour",      "minute",    "second",
    "week_day",    "quarter"};

bool is_word(char sign) {
  return sign == '_' || (sign >= '0' && sign <= '9') ||
         (sign >= 'A' && sign <= 'Z') || (sign >= 'a' && sign <= 'z');
}

/// The word that the line ends with.
std::string_view last_word(std::string_view line) {
  std::size_t begin = line.size();
  while (begin > 0 && is_word(line[begin - 1])) --begin;
  return line.substr(begin);
}

using Words = std::set<std::string>;

/// The text keys of the table on top of the stack; pops it.
void add_keys(lua_State* lua, Words& words) {
  if (lua_istable(lua, -1)) {
    for (lua_pushnil(lua); lua_next(lua, -2) != 0; lua_pop(lua, 1)) {
      if (lua_type(lua, -2) == LUA_TSTRING) words.insert(text_at(lua, -2));
    }
  }
  lua_pop(lua, 1);
}

/// Those of a class, which its __index keeps.
void add_methods(lua_State* lua, const char* name, Words& words) {
  luaL_getmetatable(lua, name);
  lua_getfield(lua, -1, "__index");
  if (lua_getupvalue(lua, -1, 1)) add_keys(lua, words);
  lua_pop(lua, 2);
}

/// The model that the statement is about: the last one named.
const orm::Model* model_of(State& state, std::string_view line) {
  lua_State* lua = state.lua();
  const orm::Model* found = nullptr;
  while (!line.empty()) {
    const std::string word(last_word(line));
    if (word.empty()) {
      line.remove_suffix(1);
      continue;
    }
    line.remove_suffix(word.size());
    lua_getglobal(lua, word.c_str());
    if (const ModelRef* model = find<ModelRef>(lua, -1)) found = model->model;
    lua_pop(lua, 1);
    if (found) return found;
  }
  return nullptr;
}

/// Whether the line ends inside of brackets or a text that a method was called
/// with: Book:filter{ab, Book:order_by("-ab.
bool in_arguments(std::string_view before) {
  int depth = 0;
  for (std::size_t at = before.size(); at > 0; --at) {
    const char sign = before[at - 1];
    if (sign == ')' || sign == '}') ++depth;
    if (sign != '(' && sign != '{' && sign != '"' && sign != '\'') continue;
    if (sign == '"' || sign == '\'' || depth-- == 0) return true;
  }
  return false;
}

/// "author__na": the names behind the last "__".
void add_path(const orm::Model& model, std::string_view word, Words& words) {
  std::vector<std::string> parts = orm::split_lookup(word);
  parts.pop_back();
  const orm::Model* at = &model;
  std::string prefix;
  for (const std::string& part : parts) {
    const auto hop = at ? at->find(part) : std::nullopt;
    at = hop ? hop->target : nullptr;
    prefix += part + "__";
  }
  if (at) {
    for (const std::string& name : at->names()) words.insert(prefix + name);
    words.insert(prefix + "pk");
  }
  if (parts.empty()) return;
  for (const std::string_view lookup : kLookups) {
    words.insert(prefix + std::string(lookup));
  }
}

void add_globals(lua_State* lua, Words& words) {
  lua_pushglobaltable(lua);
  add_keys(lua, words);
  words.insert(std::begin(kWords), std::end(kWords));
}

Completion completed(State& state, std::string_view line) {
  lua_State* lua = state.lua();
  const std::string_view word = last_word(line);
  const std::string_view before = line.substr(0, line.size() - word.size());
  Words words;
  const orm::Model* model =
      in_arguments(before) ? model_of(state, before) : nullptr;
  if (before.ends_with(':')) {
    for (const char* name : {kClass<ModelRef>, kClass<Rows>, kClass<Related>}) {
      add_methods(lua, name, words);
    }
  } else if (before.ends_with('.')) {
    const std::string owner(last_word(before.substr(0, before.size() - 1)));
    lua_getglobal(lua, owner.c_str());
    add_keys(lua, words);
  } else {
    if (model) add_path(*model, word, words);
    const bool in_text = before.ends_with('"') || before.ends_with('\'') ||
                         before.ends_with("\"-") || before.ends_with("'-");
    if (!in_text) add_globals(lua, words);
  }
  Completion made{word.size(), {}};
  for (const std::string& one : words) {
    if (one.starts_with(word)) made.words.push_back(one);
  }
  return made;
}

struct Asked {
  std::string_view line;
  Completion made;
};

int complete_asked(lua_State* lua) {
  auto* asked = static_cast<Asked*>(lua_touserdata(lua, 1));
  asked->made = completed(State::of(lua), asked->line);
  return 0;
}

}  // namespace

Completion complete(State& state, std::string_view line) {
  lua_State* lua = state.lua();
  const StackGuard guard(lua);
  Asked asked{line, {}};
  lua_pushcfunction(lua, wrapped<complete_asked>);
  lua_pushlightuserdata(lua, &asked);
  // Globals may have a metatable that raises: then nothing is offered.
  if (lua_pcall(lua, 1, 0, 0) != LUA_OK) return {};
  return std::move(asked.made);
}

}  // namespace manage::scripting
