#include "orm/postgresql/values.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "core/error.hpp"
#include "core/text.hpp"

namespace manage::orm {

namespace {

template <class T>
void number_or_text(std::string_view text, Value& value) {
  T number{};
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) {
    value.emplace<T>(number);
  } else {
    value.emplace<std::string>(text);
  }
}

template <class T>
void parsed_or_text(std::string_view text, Value& value) {
  if (std::optional<T> parsed = T::parse(text)) {
    value.emplace<T>(*std::move(parsed));
  } else {
    value.emplace<std::string>(text);
  }
}

/// The server's "1 year 2 mons -3 days 04:05:06.7": years and months are 365
/// and 30 days, as in Django.
Value read_interval(std::string_view text) {
  constexpr std::int64_t kDay = 86'400'000'000;
  std::int64_t months_as_days = 0;
  std::string_view rest = text;
  auto skip_plus = [&] {
    if (rest.substr(0, 1) == "+") rest.remove_prefix(1);
  };
  struct Unit {
    std::string_view name;
    std::int64_t days;
  };
  for (const Unit& unit : {Unit{" year", 365}, Unit{" mon", 30}}) {
    skip_plus();
    std::int32_t count = 0;
    const char* end =
        std::from_chars(rest.data(), rest.data() + rest.size(), count).ptr;
    std::string_view after =
        rest.substr(static_cast<std::size_t>(end - rest.data()));
    if (after.substr(0, unit.name.size()) != unit.name) continue;
    months_as_days += count * unit.days;
    std::size_t space = std::min(after.find(' ', 1), after.size() - 1);
    rest = after.substr(space + 1);
  }
  skip_plus();
  std::optional<Duration> duration =
      rest.empty() ? Duration{} : Duration::parse(rest);
  std::int64_t micros = 0;
  if (!duration || __builtin_mul_overflow(months_as_days, kDay, &micros) ||
      __builtin_add_overflow(micros, duration->micros, &micros)) {
    return std::string(text);
  }
  return Duration{micros};
}

Value read_bytes(std::string_view text) {
  if (text.substr(0, 2) == "\\x") {
    if (auto bytes = parse_hex(text.substr(2))) return Bytes{*bytes};
  }
  // The older escape format, where a server is set to it.
  std::size_t size = 0;
  std::unique_ptr<unsigned char, void (*)(void*)> raw(
      PQunescapeBytea(
          reinterpret_cast<const unsigned char*>(std::string(text).c_str()),
          &size),
      PQfreemem);
  if (!raw) throw std::bad_alloc();
  return Bytes{std::string(reinterpret_cast<const char*>(raw.get()), size)};
}

struct ParameterText {
  std::string operator()(const Null&) const { return {}; }
  std::string operator()(bool value) const { return value ? "t" : "f"; }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const DateTime& value) const {
    return value.text() + "+00";
  }
  std::string operator()(const Bytes& value) const { return value.data; }
  template <class T>
  std::string operator()(const T& value) const {
    return display(value);
  }
};

}  // namespace

void read_postgresql_value(unsigned type, std::string_view text, Value& value) {
  switch (type) {
    case oid::kBool:
      value.emplace<bool>(text == "t");
      return;
    case oid::kInt2:
    case oid::kInt4:
    case oid::kInt8:
    case oid::kOid:
      number_or_text<std::int64_t>(text, value);
      return;
    case oid::kFloat4:
    case oid::kFloat8:
      number_or_text<double>(text, value);
      return;
    case oid::kNumeric:
      parsed_or_text<Decimal>(text, value);
      return;
    case oid::kDate:
      parsed_or_text<Date>(text, value);
      return;
    case oid::kTime:
      parsed_or_text<Time>(text, value);
      return;
    case oid::kTimestamp:
    case oid::kTimestamptz:
      parsed_or_text<DateTime>(text, value);
      return;
    case oid::kInterval:
      value = read_interval(text);
      return;
    case oid::kUuid:
      if (std::optional<Uuid> uuid = parse_uuid(text)) {
        value.emplace<Uuid>(*uuid);
      } else {
        value.emplace<std::string>(text);
      }
      return;
    case oid::kJson:
    case oid::kJsonb:
      value = Json{std::string(text)};
      return;
    case oid::kBytea:
      value = read_bytes(text);
      return;
    default:
      value.emplace<std::string>(text);
  }
}

std::string postgresql_text(const Value& value) {
  std::string text = std::visit(ParameterText{}, value);
  if (text.find('\0') != std::string::npos &&
      !std::holds_alternative<Bytes>(value)) {
    throw Error("database.value",
                "a text has a NUL character, which PostgreSQL cannot store");
  }
  return text;
}

PostgresqlParameters::PostgresqlParameters(std::span<const Value> values) {
  texts_.reserve(values.size());
  for (const Value& value : values) {
    texts_.push_back(postgresql_text(value));
    pointers_.push_back(is_null(value) ? nullptr : texts_.back().c_str());
    lengths_.push_back(static_cast<int>(texts_.back().size()));
    formats_.push_back(std::holds_alternative<Bytes>(value) ? 1 : 0);
  }
}

}  // namespace manage::orm
