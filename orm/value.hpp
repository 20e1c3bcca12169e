// A single value as the ORM moves it between files, fields and databases.
#pragma once

#include <cstdint>
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

/// For messages and reports: text as it is, NULL as "NULL", dates in ISO form.
std::string display(const Value& value);

}  // namespace manage::orm
