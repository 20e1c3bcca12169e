// Arithmetic and comparison of values that Lua has no numbers for.
#include <fmt/format.h>

#include "core/decimal_math.hpp"
#include "scripting/values.hpp"

namespace manage::scripting {

using orm::Value;

namespace {

constexpr std::int64_t kDay = 86'400'000'000;

struct Operator {
  std::string_view sign;
  std::string_view verb;  ///< "added to": for messages
};
constexpr Operator kAdd{"+", "added to"}, kSubtract{"-", "taken from"},
    kMultiply{"*", "multiplied with"}, kDivide{"/", "divided by"},
    kRemainder{"%", "divided by"};

[[noreturn]] void refuse(const Value& a, const Operator& by, const Value& b) {
  const bool null = orm::is_null(a) || orm::is_null(b);
  const bool exact =
      std::holds_alternative<double>(a) || std::holds_alternative<double>(b);
  Error error(
      "value.operands",
      fmt::format("there is no {} {} {}", kind_name(a), by.sign, kind_name(b)));
  if (null) {
    error.hint("NULL has no value: ask for it first, x == NULL");
  } else if (exact) {
    error.hint("a float is not exact: write decimal\"1.10\"");
  }
  throw Error(error);
}

std::int64_t sum(std::int64_t a, std::int64_t b) {
  std::int64_t total = 0;
  if (!__builtin_add_overflow(a, b, &total)) return total;
  throw Error("value.range", "the result is out of range");
}

std::int64_t difference(std::int64_t a, std::int64_t b) {
  std::int64_t total = 0;
  if (!__builtin_sub_overflow(a, b, &total)) return total;
  throw Error("value.range", "the result is out of range");
}

/// A decimal, or an integer as one.
std::optional<Decimal> exact(const Value& value) {
  if (const auto* decimal = std::get_if<Decimal>(&value)) return *decimal;
  const auto* number = std::get_if<std::int64_t>(&value);
  return number ? std::optional(Decimal::scaled(*number, 0)) : std::nullopt;
}

Value checked(const Date& date) {
  if (date.year >= 1 && date.year <= 9999) return date;
  throw Error("value.range", "the result is no date of the years 1 to 9999");
}

Value checked(const DateTime& moment) {
  const std::int64_t days = moment.micros / kDay;
  checked(Date::from_days(moment.micros % kDay < 0 ? days - 1 : days));
  return moment;
}

Value moved(const Date& date, const Duration& by) {
  if (by.micros % kDay == 0) {
    return checked(Date::from_days(sum(date.days(), by.micros / kDay)));
  }
  throw Error("value.operands", "a date moves by whole days")
      .hint("hours belong to a datetime");
}

std::optional<Value> add_times(const Value& a, const Value& b) {
  const auto* by = std::get_if<Duration>(&b);
  if (!by) return std::nullopt;
  if (const auto* date = std::get_if<Date>(&a)) return moved(*date, *by);
  if (const auto* moment = std::get_if<DateTime>(&a)) {
    return checked(DateTime{sum(moment->micros, by->micros)});
  }
  if (const auto* other = std::get_if<Duration>(&a)) {
    return Duration{sum(other->micros, by->micros)};
  }
  return std::nullopt;
}

Value plus(const Value& a, const Value& b) {
  if (auto made = add_times(a, b)) return *made;
  if (auto made = add_times(b, a)) return *made;
  const auto left = exact(a), right = exact(b);
  if (!left || !right) refuse(a, kAdd, b);
  return add(*left, *right);
}

Value minus(const Value& a, const Value& b) {
  if (const auto* by = std::get_if<Duration>(&b)) {
    const Duration back{difference(0, by->micros)};
    if (auto made = add_times(a, Value(back))) return *made;
  }
  if (const auto* from = std::get_if<Date>(&b)) {
    const auto* date = std::get_if<Date>(&a);
    if (date) return Duration{(date->days() - from->days()) * kDay};
  }
  if (const auto* from = std::get_if<DateTime>(&b)) {
    const auto* moment = std::get_if<DateTime>(&a);
    if (moment) return Duration{difference(moment->micros, from->micros)};
  }
  const auto left = exact(a), right = exact(b);
  if (!left || !right) refuse(a, kSubtract, b);
  return subtract(*left, *right);
}

std::optional<Value> times_duration(const Value& a, const Value& b) {
  const auto* length = std::get_if<Duration>(&a);
  const auto* number = std::get_if<std::int64_t>(&b);
  if (!length || !number) return std::nullopt;
  Duration made;
  if (!__builtin_mul_overflow(length->micros, *number, &made.micros)) {
    return made;
  }
  throw Error("value.range", "the duration is too long");
}

Value times(const Value& a, const Value& b) {
  if (auto made = times_duration(a, b)) return *made;
  if (auto made = times_duration(b, a)) return *made;
  const auto left = exact(a), right = exact(b);
  if (!left || !right) refuse(a, kMultiply, b);
  return multiply(*left, *right);
}

Value over(const Value& a, const Value& b) {
  if (const auto* length = std::get_if<Duration>(&a)) {
    if (const auto* by = std::get_if<Duration>(&b); by && by->micros != 0) {
      return static_cast<double>(length->micros) /
             static_cast<double>(by->micros);
    }
    if (const auto* by = std::get_if<std::int64_t>(&b); by && *by != 0) {
      if (*by == -1) return Duration{difference(0, length->micros)};
      return Duration{length->micros / *by};
    }
  }
  const auto left = exact(a), right = exact(b);
  if (!left || !right) refuse(a, kDivide, b);
  return divide(*left, *right);
}

Value rest(const Value& a, const Value& b) {
  const auto left = exact(a), right = exact(b);
  if (!left || !right) refuse(a, kRemainder, b);
  return remainder(*left, *right);
}

using Binary = Value (*)(const Value&, const Value&);

template <Binary F>
int binary(lua_State* lua) {
  push_value(lua, F(value_at(lua, 1), value_at(lua, 2)));
  return 1;
}

int unary_minus(lua_State* lua) {
  const Value& value = get<Value>(lua, 1);
  if (const auto* decimal = std::get_if<Decimal>(&value)) {
    push_value(lua, negate(*decimal));
  } else if (const auto* length = std::get_if<Duration>(&value)) {
    push_value(lua, Duration{difference(0, length->micros)});
  } else {
    throw Error("value.operands",
                fmt::format("there is no - {}", kind_name(value)));
  }
  return 1;
}

/// Less than zero, zero or more, as the first is to the second.
int order(const Value& a, const Value& b) {
  const auto compared = [](const auto& left, const auto& right) {
    return left < right ? -1 : right < left ? 1 : 0;
  };
  const auto left = exact(a), right = exact(b);
  if (left && right) return compared(*left, *right);
  const auto same = [&]<class T>(const T*) -> std::optional<int> {
    const T* first = std::get_if<T>(&a);
    const T* second = std::get_if<T>(&b);
    if (!first || !second) return std::nullopt;
    return compared(*first, *second);
  };
  for (const auto& found :
       {same(static_cast<Date*>(nullptr)), same(static_cast<Time*>(nullptr)),
        same(static_cast<DateTime*>(nullptr)),
        same(static_cast<Duration*>(nullptr))}) {
    if (found) return *found;
  }
  Error error("value.operands", fmt::format("a {} has no order beside a {}",
                                            kind_name(a), kind_name(b)));
  if (std::holds_alternative<double>(a) || std::holds_alternative<double>(b)) {
    error.hint("a float is not exact: write decimal\"1.10\"");
  }
  throw Error(error);
}

/// What is no value is equal to none.
int equal(lua_State* lua) {
  for (int at : {1, 2}) {
    if (find<Value>(lua, at) || lua_type(lua, at) != LUA_TUSERDATA) continue;
    lua_pushboolean(lua, 0);
    return 1;
  }
  const Value a = value_at(lua, 1), b = value_at(lua, 2);
  const auto left = exact(a), right = exact(b);
  lua_pushboolean(lua, (left && right ? *left == *right : a == b) ? 1 : 0);
  return 1;
}

int less(lua_State* lua) {
  lua_pushboolean(lua, order(value_at(lua, 1), value_at(lua, 2)) < 0 ? 1 : 0);
  return 1;
}

int less_or_equal(lua_State* lua) {
  lua_pushboolean(lua, order(value_at(lua, 1), value_at(lua, 2)) <= 0 ? 1 : 0);
  return 1;
}

int shown(lua_State* lua) {
  push_text(lua, orm::display(get<Value>(lua, 1)));
  return 1;
}

/// Texts and values are joined as they are shown.
int joined(lua_State* lua) {
  for (int at : {1, 2}) {
    if (is_null_at(lua, at)) wrong_type(lua, at, "a text");
  }
  push_text(lua,
            orm::display(value_at(lua, 1)) + orm::display(value_at(lua, 2)));
  return 1;
}

int length(lua_State* lua) {
  const auto* bytes = std::get_if<orm::Bytes>(&get<Value>(lua, 1));
  if (!bytes) wrong_type(lua, 1, "something with a length");
  lua_pushinteger(lua, static_cast<lua_Integer>(bytes->data.size()));
  return 1;
}

constexpr Method kOperators[] = {
    {"__add", wrapped<binary<plus>>},  {"__sub", wrapped<binary<minus>>},
    {"__mul", wrapped<binary<times>>}, {"__div", wrapped<binary<over>>},
    {"__mod", wrapped<binary<rest>>},  {"__unm", wrapped<unary_minus>},
    {"__eq", wrapped<equal>},          {"__lt", wrapped<less>},
    {"__le", wrapped<less_or_equal>},  {"__tostring", wrapped<shown>},
    {"__concat", wrapped<joined>},     {"__len", wrapped<length>},
};

}  // namespace

void define_value_operators(lua_State* lua) { add_functions(lua, kOperators); }

}  // namespace manage::scripting
