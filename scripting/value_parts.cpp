// What a value is made of: date.year, duration.days, decimal:round(2).
#include <fmt/format.h>

#include "core/decimal_math.hpp"
#include "core/text.hpp"
#include "scripting/values.hpp"

namespace manage::scripting {

using orm::Value;

namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;

/// Rounded down, before 1970 too.
std::int64_t days_of(const DateTime& moment) {
  const std::int64_t days = moment.micros / kDay;
  return moment.micros % kDay < 0 ? days - 1 : days;
}

Date date_of(const Value& value) {
  const auto* date = std::get_if<Date>(&value);
  return date ? *date : Date::from_days(days_of(std::get<DateTime>(value)));
}

Time time_of(const Value& value) {
  if (const auto* time = std::get_if<Time>(&value)) return *time;
  const DateTime& moment = std::get<DateTime>(value);
  return Time{moment.micros - days_of(moment) * kDay};
}

std::int64_t integer(int number) { return number; }

struct Part {
  std::string_view kind;
  std::string_view name;
  Value (*read)(const Value&);
};

constexpr auto kYear = [](const Value& v) -> Value {
  return integer(date_of(v).year);
};
constexpr auto kMonth = [](const Value& v) -> Value {
  return integer(date_of(v).month);
};
constexpr auto kDayOfMonth = [](const Value& v) -> Value {
  return integer(date_of(v).day);
};
/// Monday is 1, as of Django's iso_week_day.
constexpr auto kWeekday = [](const Value& v) -> Value {
  const std::int64_t days = date_of(v).days() + 3;
  return (days % 7 + 7) % 7 + 1;
};
constexpr auto kHour = [](const Value& v) -> Value {
  return time_of(v).micros / (3600 * kSecond);
};
constexpr auto kMinute = [](const Value& v) -> Value {
  return time_of(v).micros / (60 * kSecond) % 60;
};
constexpr auto kSecondPart = [](const Value& v) -> Value {
  return time_of(v).micros / kSecond % 60;
};
constexpr auto kMicrosecond = [](const Value& v) -> Value {
  return time_of(v).micros % kSecond;
};

constexpr Part kParts[] = {
    {"date", "year", kYear},
    {"date", "month", kMonth},
    {"date", "day", kDayOfMonth},
    {"date", "weekday", kWeekday},
    {"datetime", "year", kYear},
    {"datetime", "month", kMonth},
    {"datetime", "day", kDayOfMonth},
    {"datetime", "weekday", kWeekday},
    {"datetime", "hour", kHour},
    {"datetime", "minute", kMinute},
    {"datetime", "second", kSecondPart},
    {"datetime", "microsecond", kMicrosecond},
    {"datetime", "date", [](const Value& v) -> Value { return date_of(v); }},
    {"datetime", "time", [](const Value& v) -> Value { return time_of(v); }},
    {"datetime", "timestamp",
     [](const Value& v) -> Value {
       return static_cast<double>(std::get<DateTime>(v).micros) / kSecond;
     }},
    {"time", "hour", kHour},
    {"time", "minute", kMinute},
    {"time", "second", kSecondPart},
    {"time", "microsecond", kMicrosecond},
    {"duration", "days",
     [](const Value& v) -> Value {
       return days_of(DateTime{std::get<Duration>(v).micros});
     }},
    {"duration", "total_seconds",
     [](const Value& v) -> Value {
       return static_cast<double>(std::get<Duration>(v).micros) / kSecond;
     }},
    {"decimal", "places",
     [](const Value& v) -> Value {
       return integer(std::get<Decimal>(v).scale());
     }},
    {"uuid", "hex",
     [](const Value& v) -> Value {
       return orm::uuid_hex(std::get<orm::Uuid>(v));
     }},
};

template <class T>
const T& own(lua_State* lua, std::string_view kind) {
  const auto* value = std::get_if<T>(&get<Value>(lua, 1));
  if (!value) wrong_type(lua, 1, fmt::format("a {}", kind));
  return *value;
}

int rounded(lua_State* lua) {
  const std::int64_t places = lua_isnone(lua, 2) ? 0 : integer_at(lua, 2);
  if (places < 0 || places > 100) {
    throw Error("script.value", "a decimal has 0 to 100 places");
  }
  push_value(lua,
             round(own<Decimal>(lua, "decimal"), static_cast<int>(places)));
  return 1;
}

/// The nearest float, or an integer if it is one.
int to_number(lua_State* lua) {
  const std::string text = own<Decimal>(lua, "decimal").text();
  if (lua_stringtonumber(lua, text.c_str()) == 0) lua_pushnil(lua);
  return 1;
}

int hexadecimal(lua_State* lua) {
  push_text(lua, orm::hex_text(own<orm::Bytes>(lua, "bytes").data));
  return 1;
}

int as_text(lua_State* lua) {
  push_text(lua, own<orm::Bytes>(lua, "bytes").data);
  return 1;
}

struct Named {
  std::string_view kind;
  Method method;
};

constexpr Named kMethods[] = {
    {"decimal", {"round", wrapped<rounded>}},
    {"decimal", {"tonumber", wrapped<to_number>}},
    {"bytes", {"hex", wrapped<hexadecimal>}},
    {"bytes", {"text", wrapped<as_text>}},
};

int index(lua_State* lua) {
  const Value& value = get<Value>(lua, 1);
  const std::string key = text_at(lua, 2);
  const std::string_view kind = kind_name(value);
  std::vector<std::string> known;
  for (const Part& part : kParts) {
    if (part.kind != kind) continue;
    known.emplace_back(part.name);
    if (part.name != key) continue;
    push_value(lua, part.read(value));
    return 1;
  }
  for (const Named& one : kMethods) {
    if (one.kind != kind) continue;
    known.emplace_back(one.method.name);
    if (one.method.name != key) continue;
    lua_pushcfunction(lua, one.method.function);
    return 1;
  }
  throw Error("script.name", fmt::format("a {} has no {}", kind, key))
      .hint(orm::is_null(value) ? "ask for it first: x == NULL"
                                : text::did_you_mean(key, known));
}

}  // namespace

void define_value_parts(lua_State* lua) {
  lua_pushcfunction(lua, wrapped<index>);
  lua_setfield(lua, -2, "__index");
}

}  // namespace manage::scripting
