// A single value as the ORM moves it between files, fields and databases.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/datetime.hpp"
#include "core/decimal.hpp"

namespace manage::orm {

struct Null {
  bool operator==(const Null&) const = default;
};

/// 128 bits, RFC 4122 order.
struct Uuid {
  unsigned char bytes[16] = {};
  bool operator==(const Uuid&) const = default;
};

struct Bytes {
  std::string data;
  bool operator==(const Bytes&) const = default;
};

/// A JSON text (RFC 8259), already checked.
struct Json {
  std::string text;
  bool operator==(const Json&) const = default;
};

using Value =
    std::variant<Null, bool, std::int64_t, double, std::string, Decimal, Date,
                 Time, DateTime, Duration, Uuid, Json, Bytes>;

inline bool is_null(const Value& value) {
  return std::holds_alternative<Null>(value);
}

using Row = std::vector<Value>;

/// For messages and reports: text as it is, NULL as "NULL", dates in ISO form,
/// a double always with a point or an exponent ("2.0").
std::string display(const Value& value);

/// Two lower-case hexadecimal digits for each byte.
std::string hex_text(std::string_view bytes);
/// The way back, in either case; nullopt for anything else.
std::optional<std::string> parse_hex(std::string_view text);

/// 32 lower-case hexadecimal digits.
std::string uuid_hex(const Uuid& uuid);
/// "f47ac10b-58cc-4372-a567-0e02b2c3d479".
std::string uuid_text(const Uuid& uuid);
/// 32 hexadecimal digits in either case, without dashes or with all four.
std::optional<Uuid> parse_uuid(std::string_view text);

}  // namespace manage::orm
