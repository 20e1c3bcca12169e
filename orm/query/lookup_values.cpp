// Values of conditions as those of the columns they are compared with.
#include <fmt/format.h>

#include <charconv>

#include "core/error.hpp"
#include "orm/formats.hpp"
#include "orm/query/functions.hpp"
#include "orm/query/lookup.hpp"

namespace manage::orm {

namespace {

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  const bool all = end == text.data() + text.size();
  return error == std::errc() && all ? std::optional(number) : std::nullopt;
}

template <class T>
std::optional<Value> as_value(const std::optional<T>& parsed) {
  if (!parsed) return std::nullopt;
  return Value(*parsed);
}

/// What a text means to a field of that kind; nullopt if nothing.
std::optional<Value> parse_for(FieldKind kind, const std::string& text) {
  switch (kind) {
    case FieldKind::kBoolean:
      if (text == "true") return Value(true);
      if (text == "false") return Value(false);
      return std::nullopt;
    case FieldKind::kInteger:
      return as_value(whole_number<std::int64_t>(text));
    case FieldKind::kFloat:
      return as_value(whole_number<double>(text));
    case FieldKind::kDecimal:
      return as_value(Decimal::parse(text));
    case FieldKind::kDate:
      return as_value(Date::parse(text));
    case FieldKind::kTime:
      return as_value(Time::parse(text));
    case FieldKind::kDateTime:
      if (Date::parse(text)) return as_value(DateTime::parse(text + " 00:00"));
      return as_value(DateTime::parse(text));
    case FieldKind::kDuration:
      return as_value(Duration::parse(text));
    case FieldKind::kUuid:
      return as_value(parse_uuid(text));
    case FieldKind::kBinary: {
      auto bytes = decode_base64(text);
      return bytes ? std::optional<Value>(Bytes{*std::move(bytes)})
                   : std::nullopt;
    }
    default:
      return Value(text);
  }
}

/// What a number means to a field of that kind.
std::optional<Value> convert_number(FieldKind kind, std::int64_t number) {
  switch (kind) {
    case FieldKind::kInteger:
      return Value(number);
    case FieldKind::kFloat:
      return Value(static_cast<double>(number));
    case FieldKind::kDecimal:
      return as_value(Decimal::parse(std::to_string(number)));
    case FieldKind::kBoolean:
      if (number == 0 || number == 1) return Value(number == 1);
      return std::nullopt;
    case FieldKind::kDuration:
      return as_value(Duration::parse(std::to_string(number)));
    case FieldKind::kText:
      return Value(std::to_string(number));
    default:
      return std::nullopt;
  }
}

std::optional<Value> convert(FieldKind kind, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    return parse_for(kind, *text);
  }
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return convert_number(kind, *number);
  }
  if (const auto* flag = std::get_if<bool>(&value)) {
    if (kind == FieldKind::kBoolean) return value;
    if (kind == FieldKind::kText) return Value(*flag ? "true" : "false");
    return convert_number(kind, *flag ? 1 : 0);
  }
  if (const auto* decimal = std::get_if<Decimal>(&value)) {
    if (kind == FieldKind::kDecimal) return value;
    return parse_for(kind, decimal->text());
  }
  if (const auto* date = std::get_if<Date>(&value);
      date && kind == FieldKind::kDateTime) {
    return parse_for(kind, date->text());
  }
  return value;
}

}  // namespace

Value value_for(std::string_view path, std::optional<FieldKind> kind,
                const FieldDef* field, Value value) {
  // A member of a JSON value may be anything.
  if (is_null(value) || !kind || kind == FieldKind::kJson) return value;
  const FieldKind one = family(kind).value_or(*kind);
  if (auto converted = convert(one, value)) return *std::move(converted);
  const std::string_view type =
      field ? field->type->name : field_type(one).name;
  throw Error("query.value",
              fmt::format("{} needs a value of the type {}, not {}", path, type,
                          display(value)));
}

}  // namespace manage::orm
