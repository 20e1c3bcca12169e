#include "orm/sqlite/dialect.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/connection.hpp"

namespace manage::orm {

namespace {

/// What SQLite can hold itself: NULL, integers, doubles, text, bytes.
struct Stored {
  Value operator()(bool value) const { return std::int64_t{value ? 1 : 0}; }
  Value operator()(const Duration& value) const { return value.micros; }
  Value operator()(const Uuid& value) const { return uuid_hex(value); }
  Value operator()(const Json& value) const { return value.text; }
  Value operator()(const Decimal& value) const { return value.text(); }
  Value operator()(const Date& value) const { return value.text(); }
  Value operator()(const Time& value) const { return value.text(); }
  Value operator()(const DateTime& value) const { return value.text(); }
  template <class T>
  Value operator()(const T& value) const {
    return value;
  }
};

[[noreturn]] void unreadable(const Value& value, std::string_view expected) {
  throw Error("database.value",
              fmt::format("the database holds {}, which is not {}",
                          display(value), expected));
}

template <class T>
Value parsed(const Value& value, std::string_view expected) {
  if (std::holds_alternative<T>(value)) return value;
  if (const std::string* text = std::get_if<std::string>(&value)) {
    if (std::optional<T> result = T::parse(*text)) return *result;
  }
  unreadable(value, expected);
}

Value read_boolean(const Value& value) {
  if (const std::int64_t* number = std::get_if<std::int64_t>(&value)) {
    if (*number == 0 || *number == 1) return *number == 1;
  }
  unreadable(value, "a boolean");
}

/// So many digits of a decimal survive as a double.
constexpr int kExactDigits = 15;

/// A number with few places, which is quicker than its 15 digits: what has at
/// most that many and is this double can only be one decimal.
std::optional<Decimal> short_decimal(double number) {
  constexpr double kLargest = 1e15;
  constexpr int kMostPlaces = 4;
  double power = 1;
  for (int places = 0; places <= kMostPlaces; ++places, power *= 10) {
    const double whole = std::round(number * power);
    if (std::abs(whole) >= kLargest) return std::nullopt;
    if (whole / power == number) {
      return Decimal::scaled(static_cast<std::int64_t>(whole), places);
    }
  }
  return std::nullopt;
}

/// A `decimal` column keeps integers and doubles; of a double the first 15
/// digits are those that were written.
Value read_decimal(const Value& value) {
  if (const double* number = std::get_if<double>(&value)) {
    if (auto short_one = short_decimal(*number)) return *short_one;
    if (std::optional<Decimal> result =
            Decimal::parse(fmt::format("{:.15g}", *number))) {
      return *result;
    }
  }
  if (const std::int64_t* number = std::get_if<std::int64_t>(&value)) {
    return Decimal::scaled(*number, 0);
  }
  return parsed<Decimal>(value, "a decimal");
}

Value read_uuid(const Value& value) {
  if (const std::string* text = std::get_if<std::string>(&value)) {
    if (std::optional<Uuid> result = parse_uuid(*text)) return *result;
  }
  unreadable(value, "a UUID");
}

/// What a column of NUMERIC affinity makes of the text of a number.
Value numeric_affinity(const std::string& text) {
  std::int64_t integer = 0;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, integer);
  if (error == std::errc() && stop == end) return integer;
  double number = 0;
  std::from_chars(text.data(), end, number);
  constexpr double kLimit = 9.2e18;
  if (number == std::trunc(number) && std::abs(number) < kLimit) {
    return static_cast<std::int64_t>(number);
  }
  return number;
}

}  // namespace

Features SqliteDialect::features() const {
  Features features;
  features.pipelines = false;
  features.comments = false;
  features.deferrable_unique = false;
  features.covering_indexes = false;
  features.nulls_distinct = false;
  features.rich_types = false;
  features.index_methods = false;
  features.exclusion = false;
  features.nested_comments = false;
  features.row_locks = false;
  features.distinct_on = false;
  // Decimals are doubles there, of which no more survive.
  features.max_exact_digits = kExactDigits;
  return features;
}

std::string SqliteDialect::lock_table(std::string_view) const { return {}; }

std::string SqliteDialect::copy_into(std::string_view file) const {
  return "VACUUM INTO " + literal(Value(std::string(file)));
}

std::string SqliteDialect::placeholder(int number) const {
  return fmt::format("?{}", number);
}

std::string SqliteDialect::placeholder_in_order(int) const { return "?"; }

std::string SqliteDialect::literal(const Value& value) const {
  Value stored = std::visit(Stored{}, value);
  if (const std::string* text = std::get_if<std::string>(&stored)) {
    return "'" + text::replace_all(*text, "'", "''") + "'";
  }
  if (const Bytes* bytes = std::get_if<Bytes>(&stored)) {
    return "X'" + hex_text(bytes->data) + "'";
  }
  return display(stored);
}

Value SqliteDialect::to_db(FieldKind, const Value& value) const {
  return std::visit(Stored{}, value);
}

Value SqliteDialect::from_db(FieldKind kind, const Value& value) const {
  if (is_null(value)) return value;
  switch (kind) {
    case FieldKind::kBoolean:
      return read_boolean(value);
    case FieldKind::kDate:
      return parsed<Date>(value, "a date");
    case FieldKind::kTime:
      return parsed<Time>(value, "a time");
    case FieldKind::kDateTime:
      return parsed<DateTime>(value, "a date with a time");
    case FieldKind::kDecimal:
      return read_decimal(value);
    case FieldKind::kUuid:
      return read_uuid(value);
    case FieldKind::kDuration:
      if (const auto* micros = std::get_if<std::int64_t>(&value)) {
        return Duration{*micros};
      }
      // A mean of some.
      if (const auto* mean = std::get_if<double>(&value)) {
        return Duration{std::llround(*mean)};
      }
      unreadable(value, "a duration in microseconds");
    case FieldKind::kFloat:
      if (const auto* number = std::get_if<std::int64_t>(&value)) {
        return static_cast<double>(*number);
      }
      return value;
    case FieldKind::kJson:
      if (const auto* text = std::get_if<std::string>(&value)) {
        return Json{*text};
      }
      return Json{display(value)};
    case FieldKind::kBinary:
      if (const auto* text = std::get_if<std::string>(&value)) {
        return Bytes{*text};
      }
      return value;
    default:
      return value;
  }
}

bool SqliteDialect::reads_as_is(FieldKind kind) const {
  switch (kind) {
    case FieldKind::kBoolean:
    case FieldKind::kDate:
    case FieldKind::kTime:
    case FieldKind::kDateTime:
    case FieldKind::kDecimal:
    case FieldKind::kUuid:
    case FieldKind::kDuration:
    case FieldKind::kFloat:
    case FieldKind::kJson:
    case FieldKind::kBinary:
      return false;
    default:
      return true;
  }
}

std::string SqliteDialect::storage_problem(FieldKind,
                                           const Value& value) const {
  const Decimal* decimal = std::get_if<Decimal>(&value);
  if (!decimal) return {};
  // A double has them all, and gives them back.
  if (decimal->whole_digits() + decimal->scale() <= kExactDigits) return {};
  Value kept = read_decimal(numeric_affinity(decimal->text()));
  if (std::get<Decimal>(kept) == *decimal) return {};
  return fmt::format("SQLite would keep {} as {}", decimal->text(),
                     display(kept));
}

}  // namespace manage::orm
