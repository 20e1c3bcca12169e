#include "scripting/json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/text.hpp"
#include "scripting/values.hpp"

namespace manage::scripting {

namespace {

constexpr const char* kArray = "json.array";
constexpr int kDeepest = 200;

/// Builds tables on the stack as the parser goes along.
class Builder {
 public:
  explicit Builder(lua_State* lua) : lua_(lua) {}

  bool null() {
    push_null(lua_);
    return put();
  }
  bool boolean(bool value) {
    lua_pushboolean(lua_, value ? 1 : 0);
    return put();
  }
  bool number_integer(std::int64_t value) {
    lua_pushinteger(lua_, value);
    return put();
  }
  bool number_unsigned(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(INT64_MAX)) {
      push_value(lua_, *Decimal::parse(std::to_string(value)));
      return put();
    }
    return number_integer(static_cast<std::int64_t>(value));
  }
  bool number_float(double value, const std::string&) {
    lua_pushnumber(lua_, value);
    return put();
  }
  bool string(std::string& value) {
    push_text(lua_, value);
    return put();
  }
  bool binary(nlohmann::json::binary_t&) { return false; }
  bool start_object(std::size_t) { return start(false); }
  bool key(std::string& name) {
    push_text(lua_, name);
    return true;
  }
  bool end_object() { return end(); }
  bool start_array(std::size_t) { return start(true); }
  bool end_array() { return end(); }
  bool parse_error(std::size_t at, const std::string&,
                   const nlohmann::json::exception&) {
    throw Error("json.text", fmt::format("no JSON at byte {}", at));
  }

 private:
  /// Into the table around it, if there is one.
  bool put() {
    if (lists_.empty()) return true;
    if (lists_.back() >= 0) {
      lua_rawseti(lua_, -2, ++lists_.back());
    } else {
      lua_rawset(lua_, -3);
    }
    return true;
  }
  bool start(bool list) {
    if (lists_.size() >= kDeepest) {
      throw Error("json.text", fmt::format("deeper than {}", kDeepest));
    }
    luaL_checkstack(lua_, 4, nullptr);
    lua_newtable(lua_);
    if (list) luaL_setmetatable(lua_, kArray);
    lists_.push_back(list ? 0 : -1);
    return true;
  }
  bool end() {
    lists_.pop_back();
    return put();
  }

  lua_State* lua_;
  std::vector<lua_Integer> lists_;  ///< how long so far; -1: an object
};

bool is_list(lua_State* lua, int at) {
  if (lua_getmetatable(lua, at)) {
    luaL_getmetatable(lua, kArray);
    const bool marked = lua_rawequal(lua, -1, -2) != 0;
    lua_pop(lua, 2);
    if (marked) return true;
  }
  return lua_rawlen(lua, at) > 0;
}

Data tree_at(lua_State* lua, int at, int depth);

DataList list_at(lua_State* lua, int at, int depth) {
  if (!sorted_keys(lua, at).empty()) {
    throw Error("json.value", "a table has names beside its list");
  }
  DataList list;
  const auto count = static_cast<lua_Integer>(lua_rawlen(lua, at));
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(lua, at, i);
    list.push_back(tree_at(lua, lua_gettop(lua), depth));
    lua_pop(lua, 1);
  }
  return list;
}

std::string checked(std::string text) {
  if (!text::invalid_utf8(text)) return text;
  throw Error("json.value", "a text is no UTF-8");
}

DataMap map_at(lua_State* lua, int at, int depth) {
  std::vector<DataMap::Entry> entries;
  for (const std::string& key : sorted_keys(lua, at)) {
    push_text(lua, key);
    lua_rawget(lua, at);
    entries.emplace_back(checked(key), tree_at(lua, lua_gettop(lua), depth));
    lua_pop(lua, 1);
  }
  return DataMap::from_unique(std::move(entries));
}

/// The shortest text that is read as the same number, never as an integer.
Real real(double value) {
  if (!std::isfinite(value)) {
    throw Error("json.value", "JSON has no infinite numbers");
  }
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return {std::move(text)};
}

Data scalar_at(lua_State* lua, int at) {
  const orm::Value value = value_at(lua, at);
  if (orm::is_null(value)) return nullptr;
  if (const bool* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* number = std::get_if<double>(&value)) return real(*number);
  if (std::holds_alternative<orm::Bytes>(value)) {
    throw Error("json.value", "JSON has no bytes")
        .hint("write them as text: value:hex()");
  }
  return checked(orm::display(value));
}

Data tree_at(lua_State* lua, int at, int depth) {
  if (!lua_istable(lua, at)) return scalar_at(lua, at);
  if (depth >= kDeepest) {
    throw Error("json.value",
                fmt::format("tables deeper than {}, or in a circle", kDeepest));
  }
  luaL_checkstack(lua, 8, nullptr);
  if (is_list(lua, at)) return list_at(lua, at, depth + 1);
  return map_at(lua, at, depth + 1);
}

int encode(lua_State* lua) {
  push_text(lua, json_at(lua, 1));
  return 1;
}

int decode(lua_State* lua) {
  push_json(lua, text_at(lua, 1));
  return 1;
}

int array(lua_State* lua) {
  if (lua_isnone(lua, 1)) lua_newtable(lua);
  if (!lua_istable(lua, 1)) wrong_type(lua, 1, "a table");
  luaL_setmetatable(lua, kArray);
  return 1;
}

constexpr Method kJson[] = {
    {"array", wrapped<array>},
    {"decode", wrapped<decode>},
    {"encode", wrapped<encode>},
};

}  // namespace

void push_json(lua_State* lua, std::string_view text) {
  Builder builder(lua);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
    throw Error("json.text", "no JSON");
  }
}

Data data_at(lua_State* lua, int at) {
  return tree_at(lua, lua_absindex(lua, at), 0);
}

std::string json_at(lua_State* lua, int at) {
  return to_json(data_at(lua, at));
}

void define_json(lua_State* lua) {
  luaL_newmetatable(lua, kArray);
  lua_pushstring(lua, kArray);
  lua_setfield(lua, -2, "__metatable");
  lua_pop(lua, 1);
  lua_newtable(lua);
  add_functions(lua, kJson);
  lua_setglobal(lua, "json");
}

}  // namespace manage::scripting
