#include "loaders/field_text.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/data.hpp"
#include "core/text.hpp"

namespace manage::loaders {

namespace {

using orm::FieldKind;
using orm::Value;
using K = FieldKind;

std::optional<std::int64_t> parse_integer(std::string_view text) {
  // from_chars takes no plus sign.
  if (text.size() > 1 && text[0] == '+' && text[1] != '-')
    text.remove_prefix(1);
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

bool is_digits(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+'))
    text.remove_prefix(1);
  return !text.empty() &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<Value> read_integer(FieldKind kind, std::string_view text,
                                  std::string& reason) {
  IntegerRange range = *integer_range(kind);
  std::optional<std::int64_t> number = parse_integer(text);
  if (number && *number >= range.low && *number <= range.high) return *number;
  reason = number || is_digits(text)
               ? fmt::format("is not between {} and {}", range.low, range.high)
               : "is not an integer";
  return std::nullopt;
}

struct BooleanWord {
  std::string_view word;
  bool value;
};
constexpr BooleanWord kBooleanWords[] = {
    {"true", true}, {"false", false}, {"t", true}, {"f", false},
    {"yes", true},  {"no", false},    {"y", true}, {"n", false},
    {"on", true},   {"off", false},   {"1", true}, {"0", false},
};

std::optional<Value> read_boolean(std::string_view text, std::string& reason) {
  std::string word = text::lower(text);
  for (const BooleanWord& known : kBooleanWords) {
    if (known.word == word) return known.value;
  }
  reason = "is not a boolean (true, false, t, f, yes, no, y, n, on, off, 1, 0)";
  return std::nullopt;
}

std::optional<Value> read_double(std::string_view text, std::string& reason) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-')
    text.remove_prefix(1);
  double number = 0;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && stop == end && std::isfinite(number)) {
    return number;
  }
  reason = error == std::errc::result_out_of_range
               ? "is too large or too small a number"
               : "is not a number";
  return std::nullopt;
}

std::optional<Value> read_datetime(std::string_view text,
                                   const std::string& time_zone,
                                   std::string& reason) {
  std::optional<DateTime> moment = DateTime::parse(text);
  if (!moment && Date::parse(text)) {
    moment = DateTime::parse(std::string(text) + " 00:00");
  }
  if (!moment) {
    reason = "is not a date and time such as 2026-01-31 12:30:00";
    return std::nullopt;
  }
  // Read again as being elsewhere: only a text without an offset moves.
  std::string full =
      text.size() == 10 ? std::string(text) + " 00:00" : std::string(text);
  if (time_zone != "UTC" && DateTime::parse(full, 60) != moment) {
    reason = fmt::format(
        "has no offset such as +02:00, and the project's time "
        "zone is {}",
        time_zone);
    return std::nullopt;
  }
  return *moment;
}

/// Django's forms: an address in its shortest spelling.
std::optional<Value> read_address(std::string_view text, std::string& reason) {
  std::string copy(text);
  unsigned char bytes[16];
  char shortest[INET6_ADDRSTRLEN];
  for (int family : {AF_INET, AF_INET6}) {
    if (inet_pton(family, copy.c_str(), bytes) != 1) continue;
    return std::string(inet_ntop(family, bytes, shortest, sizeof shortest));
  }
  reason = "is not an IPv4 or IPv6 address";
  return std::nullopt;
}

std::optional<Value> read_bytes(std::string_view text, std::string& reason) {
  std::string_view hex = text;
  if (hex.substr(0, 2) != "\\x") {
    reason = "is not bytes in the form \\x0aff";
    return std::nullopt;
  }
  std::optional<std::string> bytes = orm::parse_hex(hex.substr(2));
  if (bytes) return orm::Bytes{*bytes};
  reason = "is not bytes in the form \\x0aff";
  return std::nullopt;
}

template <class T>
std::optional<Value> read_as(std::string_view text, std::string_view what,
                             std::string& reason) {
  if (std::optional<T> value = T::parse(text)) return *value;
  reason = what;
  return std::nullopt;
}

/// A choice of the field as its type reads it.
std::optional<Value> choice_value(const FieldText& reader, const Data& data) {
  std::string ignored;
  if (const bool* flag = data.boolean()) return *flag;
  if (const std::int64_t* number = data.integer()) {
    return reader.read(std::to_string(*number), ignored);
  }
  if (const Real* real = data.real()) return reader.read(real->text, ignored);
  if (const std::string* text = data.text()) return reader.read(*text, ignored);
  return std::nullopt;
}

void collect_choices(const FieldText& reader, const DataList& pairs,
                     std::vector<Value>& out) {
  for (const Data& pair : pairs) {
    const DataList* parts = pair.list();
    if (!parts || parts->size() != 2) continue;
    if (const DataList* group = (*parts)[1].list()) {
      collect_choices(reader, *group, out);
    } else if (auto value = choice_value(reader, parts->front())) {
      out.push_back(*value);
    }
  }
}

}  // namespace

bool holds_text(const orm::FieldDef& field) {
  switch (field.kind()) {
    case K::kChar:
    case K::kEmail:
    case K::kFile:
    case K::kFilePath:
    case K::kImage:
    case K::kSlug:
    case K::kText:
    case K::kUrl:
      return true;
    default:
      return false;
  }
}

std::optional<IntegerRange> integer_range(FieldKind kind) {
  constexpr std::int64_t kSmall = std::numeric_limits<std::int16_t>::max();
  constexpr std::int64_t kPlain = std::numeric_limits<std::int32_t>::max();
  constexpr std::int64_t kBig = std::numeric_limits<std::int64_t>::max();
  switch (kind) {
    case K::kSmallAuto:
    case K::kSmallInteger:
      return IntegerRange{-kSmall - 1, kSmall};
    case K::kAuto:
    case K::kInteger:
      return IntegerRange{-kPlain - 1, kPlain};
    case K::kBigAuto:
    case K::kBigInteger:
      return IntegerRange{-kBig - 1, kBig};
    case K::kPositiveSmallInteger:
      return IntegerRange{0, kSmall};
    case K::kPositiveInteger:
      return IntegerRange{0, kPlain};
    case K::kPositiveBigInteger:
      return IntegerRange{0, kBig};
    default:
      return std::nullopt;
  }
}

FieldText::FieldText(const orm::FieldDef& field, std::string_view time_zone)
    : field_(field), time_zone_(time_zone) {
  if (holds_text(field)) max_length_ = field.max_length();
  max_digits_ = field.integer("max_digits");
  decimal_places_ = field.integer("decimal_places");
  const Data* choices = field.arguments.find("choices");
  if (choices && choices->list()) {
    std::vector<Value> values;
    collect_choices(*this, *choices->list(), values);
    choices_ = std::move(values);
  }
}

std::optional<Value> FieldText::read(std::string_view text,
                                     std::string& reason) const {
  std::optional<Value> value = parse(text, reason);
  if (!value || choices_.empty() || chosen(*value)) return value;
  reason = "is not one of the choices";
  return std::nullopt;
}

bool FieldText::chosen(const Value& value) const {
  return std::find(choices_.begin(), choices_.end(), value) != choices_.end();
}

std::optional<Value> FieldText::parse(std::string_view text,
                                      std::string& reason) const {
  switch (field_.kind()) {
    case K::kBoolean:
      return read_boolean(text, reason);
    case K::kFloat:
      return read_double(text, reason);
    case K::kDate:
      return read_as<Date>(text, "is not a date such as 2026-01-31", reason);
    case K::kTime:
      return read_as<Time>(text, "is not a time such as 12:30:00", reason);
    case K::kDateTime:
      return read_datetime(text, time_zone_, reason);
    case K::kDuration:
      return read_as<Duration>(text, "is not a duration such as 1 12:30:00",
                               reason);
    case K::kUuid:
      if (auto uuid = orm::parse_uuid(text)) return *uuid;
      reason = "is not a UUID";
      return std::nullopt;
    case K::kGenericIPAddress:
      return read_address(text, reason);
    case K::kBinary:
      return read_bytes(text, reason);
    case K::kJson:
      if (nlohmann::json::accept(text)) return orm::Json{std::string(text)};
      reason = "is not JSON";
      return std::nullopt;
    case K::kDecimal:
      break;
    default:
      if (integer_range(field_.kind())) {
        return read_integer(field_.kind(), text, reason);
      }
      if (max_length_ && text.size() > static_cast<std::size_t>(*max_length_) &&
          text::length(text) > static_cast<std::size_t>(*max_length_)) {
        reason = fmt::format("has {} characters, at most {} are allowed",
                             text::length(text), *max_length_);
        return std::nullopt;
      }
      return std::string(text);
  }
  std::optional<Decimal> number = Decimal::parse(text);
  if (!number) {
    reason = "is not a decimal number";
    return std::nullopt;
  }
  number = number->with_scale(decimal_places_);
  if (!number) {
    reason = fmt::format(
        "has more than {} after the point",
        text::count(static_cast<std::size_t>(decimal_places_), "digit"));
    return std::nullopt;
  }
  int whole = max_digits_ - decimal_places_;
  if (number->whole_digits() > whole) {
    reason = fmt::format("has more than {} before the point",
                         text::count(static_cast<std::size_t>(whole), "digit"));
    return std::nullopt;
  }
  return *number;
}

}  // namespace manage::loaders
