// Values as PostgreSQL's protocol carries them in text form.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "orm/value.hpp"

namespace manage::orm {

/// Numbers of the server's built-in types (pg_type.oid), fixed for good.
namespace oid {
constexpr unsigned kBool = 16;
constexpr unsigned kBytea = 17;
constexpr unsigned kInt8 = 20;
constexpr unsigned kInt2 = 21;
constexpr unsigned kInt4 = 23;
constexpr unsigned kText = 25;
constexpr unsigned kOid = 26;
constexpr unsigned kJson = 114;
constexpr unsigned kFloat4 = 700;
constexpr unsigned kFloat8 = 701;
constexpr unsigned kInet = 869;
constexpr unsigned kBpchar = 1042;
constexpr unsigned kVarchar = 1043;
constexpr unsigned kDate = 1082;
constexpr unsigned kTime = 1083;
constexpr unsigned kTimestamp = 1114;
constexpr unsigned kTimestamptz = 1184;
constexpr unsigned kInterval = 1186;
constexpr unsigned kNumeric = 1700;
constexpr unsigned kUuid = 2950;
constexpr unsigned kJsonb = 3802;
}  // namespace oid

/// Makes `value` what a result's text says by its column's type; a text where
/// the type is another one, or holds what ours cannot ('infinity', year 10000).
void read_postgresql_value(unsigned type, std::string_view text, Value& value);

/// The text of a value that is not null. Throws "database.value" for a text
/// with a NUL character.
std::string postgresql_text(const Value& value);

/// Parameters as libpq's arrays want them: bytes in binary form, all else as
/// text whose type the server finds out.
class PostgresqlParameters {
 public:
  explicit PostgresqlParameters(std::span<const Value> values);

  int count() const { return static_cast<int>(pointers_.size()); }
  const char* const* values() const { return pointers_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<const char*> pointers_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

}  // namespace manage::orm
