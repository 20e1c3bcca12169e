#include "scripting/values.hpp"

#include <fmt/format.h>

#include <chrono>

#include "orm/random_uuid.hpp"
#include "scripting/json.hpp"

namespace manage::scripting {

using orm::Value;

namespace {

/// Its address is the key of NULL in the registry.
const char kNull = 0;

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;

constexpr std::string_view kNames[] = {
    "NULL", "boolean",  "integer",  "float", "text", "decimal", "date",
    "time", "datetime", "duration", "uuid",  "json", "bytes"};
static_assert(std::size(kNames) == std::variant_size_v<Value>);

void push_object(lua_State* lua, Value value) {
  push<Value>(lua, std::move(value));
}

[[noreturn]] void no_value(lua_State* lua, std::string_view kind,
                           std::string_view example) {
  throw Error("script.value",
              fmt::format("{} is no {}", luaL_tolstring(lua, 1, nullptr), kind))
      .hint(fmt::format("write {}", example));
}

/// decimal"1.10", date"2026-01-31": a text, or a value of that kind.
template <class T>
int from_text(lua_State* lua, std::string_view kind, std::string_view example) {
  if (const Value* known = find<Value>(lua, 1)) {
    if (!std::holds_alternative<T>(*known)) no_value(lua, kind, example);
    lua_settop(lua, 1);
    return 1;
  }
  const auto made = T::parse(text_at(lua, 1));
  if (!made) no_value(lua, kind, example);
  push_object(lua, *made);
  return 1;
}

int make_decimal(lua_State* lua) {
  if (lua_type(lua, 1) == LUA_TNUMBER) {
    // A float as the shortest text that stands for it.
    const Value number = value_at(lua, 1);
    const auto* real = std::get_if<double>(&number);
    const auto made =
        Decimal::parse(real ? fmt::format("{}", *real) : orm::display(number));
    if (!made) no_value(lua, "decimal", "decimal\"1.10\"");
    push_object(lua, *made);
    return 1;
  }
  return from_text<Decimal>(lua, "decimal", "decimal\"1.10\"");
}

int make_date(lua_State* lua) {
  if (lua_gettop(lua) != 3) {
    return from_text<Date>(lua, "date", "date\"2026-01-31\"");
  }
  const std::string text = fmt::format("{:04}-{:02}-{:02}", integer_at(lua, 1),
                                       integer_at(lua, 2), integer_at(lua, 3));
  lua_settop(lua, 0);
  push_text(lua, text);
  return from_text<Date>(lua, "date", "date(2026, 1, 31)");
}

int make_time(lua_State* lua) {
  return from_text<Time>(lua, "time", "time\"12:30:15\"");
}

int make_datetime(lua_State* lua) {
  return from_text<DateTime>(lua, "datetime",
                             "datetime\"2026-01-31 12:30:15+00:00\"");
}

/// duration"1 02:00:00", duration{days=1, hours=2}.
int make_duration(lua_State* lua) {
  if (!lua_istable(lua, 1)) {
    return from_text<Duration>(lua, "duration", "duration\"1 02:00:00\"");
  }
  constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
      {"weeks", 7 * kDay},       {"days", kDay},
      {"hours", 3600 * kSecond}, {"minutes", 60 * kSecond},
      {"seconds", kSecond},      {"milliseconds", 1000},
      {"microseconds", 1}};
  Duration total;
  for (const std::string& key : sorted_keys(lua, 1)) {
    std::int64_t unit = 0;
    for (const auto& [name, micros] : kUnits) {
      if (name == key) unit = micros;
    }
    if (unit == 0) {
      throw Error("script.value", fmt::format("a duration has no {}", key))
          .hint(
              "weeks, days, hours, minutes, seconds, milliseconds, "
              "microseconds");
    }
    lua_getfield(lua, 1, key.c_str());
    std::int64_t part = 0;
    const bool fits =
        !__builtin_mul_overflow(integer_at(lua, -1), unit, &part) &&
        !__builtin_add_overflow(total.micros, part, &total.micros);
    if (!fits) throw Error("value.range", "the duration is too long");
    lua_pop(lua, 1);
  }
  push_object(lua, total);
  return 1;
}

int make_uuid(lua_State* lua) {
  if (lua_isnone(lua, 1)) {
    push_object(lua, orm::random_uuid());
    return 1;
  }
  if (const Value* known = find<Value>(lua, 1)) {
    if (!std::holds_alternative<orm::Uuid>(*known)) {
      no_value(lua, "uuid", "uuid()");
    }
    return 1;
  }
  const auto made = orm::parse_uuid(text_at(lua, 1));
  if (!made) {
    no_value(lua, "uuid", "uuid\"f47ac10b-58cc-4372-a567-0e02b2c3d479\"");
  }
  push_object(lua, *made);
  return 1;
}

int make_bytes(lua_State* lua) {
  const std::string bytes = text_at(lua, 1);
  push_object(lua, orm::Bytes{bytes});
  // Lua does not see how much it holds.
  const int kibibytes = static_cast<int>(bytes.size() >> 10);
  if (kibibytes > 0) lua_gc(lua, LUA_GCSTEP, kibibytes);
  return 1;
}

DateTime present() {
  return DateTime{std::chrono::duration_cast<std::chrono::microseconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count()};
}

int now(lua_State* lua) {
  push_object(lua, present());
  return 1;
}

int today(lua_State* lua) {
  push_object(lua, *Date::parse(present().text().substr(0, 10)));
  return 1;
}

constexpr Method kFunctions[] = {
    {"bytes", wrapped<make_bytes>},       {"date", wrapped<make_date>},
    {"datetime", wrapped<make_datetime>}, {"decimal", wrapped<make_decimal>},
    {"duration", wrapped<make_duration>}, {"now", wrapped<now>},
    {"time", wrapped<make_time>},         {"today", wrapped<today>},
    {"uuid", wrapped<make_uuid>},
};

}  // namespace

std::string_view kind_name(const Value& value) { return kNames[value.index()]; }

void push_null(lua_State* lua) { lua_rawgetp(lua, LUA_REGISTRYINDEX, &kNull); }

bool is_null_at(lua_State* lua, int at) {
  const Value* value = find<Value>(lua, at);
  return value && orm::is_null(*value);
}

void push_value(lua_State* lua, const Value& value) {
  if (orm::is_null(value)) {
    push_null(lua);
  } else if (const bool* flag = std::get_if<bool>(&value)) {
    lua_pushboolean(lua, *flag ? 1 : 0);
  } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
    lua_pushinteger(lua, *number);
  } else if (const auto* real = std::get_if<double>(&value)) {
    lua_pushnumber(lua, *real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    push_text(lua, *text);
  } else if (const auto* json = std::get_if<orm::Json>(&value)) {
    push_json(lua, json->text);
  } else {
    push_object(lua, value);
  }
}

Value value_at(lua_State* lua, int at) {
  switch (lua_type(lua, at)) {
    case LUA_TBOOLEAN:
      return lua_toboolean(lua, at) != 0;
    case LUA_TNUMBER:
      if (lua_isinteger(lua, at)) return std::int64_t{lua_tointeger(lua, at)};
      return lua_tonumber(lua, at);
    case LUA_TSTRING:
      return text_at(lua, at);
    case LUA_TTABLE:
      return orm::Json{json_at(lua, at)};
    default:
      break;
  }
  if (const Value* value = find<Value>(lua, at)) return *value;
  wrong_type(lua, at, "a value");
}

void define_values(lua_State* lua) {
  new_class<Value>(lua);
  define_value_operators(lua);
  define_value_parts(lua);
  lua_pop(lua, 1);
  push<Value>(lua, orm::Null{});
  lua_pushvalue(lua, -1);
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &kNull);
  lua_setglobal(lua, "NULL");
  for (const Method& one : kFunctions) {
    lua_pushcfunction(lua, one.function);
    lua_setglobal(lua, one.name);
  }
  define_json(lua);
}

}  // namespace manage::scripting
