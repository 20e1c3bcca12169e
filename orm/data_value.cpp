#include "orm/data_value.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace manage::orm {

namespace {

template <class T>
std::optional<Value> as_value(std::optional<T> parsed) {
  if (!parsed) return std::nullopt;
  return Value(std::move(*parsed));
}

std::optional<Value> integer_value(const Data& data) {
  if (const std::int64_t* number = data.integer()) return Value(*number);
  const std::string* text = data.text();
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return Value(number);
}

std::optional<Value> float_value(const Data& data) {
  const auto decimal = Decimal::parse(source_text(data));
  if (!decimal) return std::nullopt;
  const std::string text = decimal->text();
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || !std::isfinite(number)) {
    return std::nullopt;
  }
  return Value(number);
}

std::optional<Value> date_time_value(const std::string& text) {
  if (auto moment = DateTime::parse(text)) return Value(*moment);
  if (Date::parse(text)) return as_value(DateTime::parse(text + " 00:00"));
  return std::nullopt;
}

}  // namespace

std::string source_text(const Data& data) {
  if (const std::string* text = data.text()) return *text;
  if (const Real* real = data.real()) return real->text;
  return to_json(data);
}

std::optional<Value> data_value(const Data& data, FieldKind kind) {
  using K = FieldKind;
  if (data.is_null()) return Value(Null{});
  if (kind == K::kJson) return Value(Json{to_json(data)});
  if (data.list() || data.map()) return std::nullopt;
  const std::string text = source_text(data);
  switch (kind) {
    case K::kAuto:
    case K::kBigAuto:
    case K::kSmallAuto:
    case K::kBigInteger:
    case K::kInteger:
    case K::kPositiveBigInteger:
    case K::kPositiveInteger:
    case K::kPositiveSmallInteger:
    case K::kSmallInteger:
      return integer_value(data);
    case K::kBoolean:
      if (const bool* flag = data.boolean()) return Value(*flag);
      return std::nullopt;
    case K::kDate:
      return as_value(Date::parse(text));
    case K::kDateTime:
      return date_time_value(text);
    case K::kTime:
      return as_value(Time::parse(text));
    case K::kDuration:
      return as_value(Duration::parse(text));
    case K::kDecimal:
      return as_value(Decimal::parse(text));
    case K::kFloat:
      return float_value(data);
    case K::kUuid:
      return as_value(parse_uuid(text));
    case K::kBinary:
    case K::kForeignKey:
    case K::kOneToOne:
    case K::kManyToMany:
      return std::nullopt;
    default:
      return Value(text);
  }
}

Value plain_value(const Data& data) {
  if (data.is_null()) return Null{};
  if (const bool* flag = data.boolean()) return *flag;
  if (const std::int64_t* number = data.integer()) return *number;
  if (const std::string* text = data.text()) return *text;
  if (const Real* real = data.real()) {
    if (auto decimal = Decimal::parse(real->text)) return *decimal;
    return real->text;
  }
  return Json{to_json(data)};
}

}  // namespace manage::orm
