#include "orm/postgresql/copy_format.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <bit>
#include <limits>

#include "orm/postgresql/values.hpp"

namespace manage::orm {

namespace {

constexpr std::int64_t kDayMicros = 86'400'000'000;
/// PostgreSQL counts from 2000-01-01.
constexpr std::int64_t kEpochDays = 10957;

template <class T>
void append_big_endian(std::string& out, T number) {
  auto bits = static_cast<std::make_unsigned_t<T>>(number);
  char bytes[sizeof(T)];
  for (std::size_t at = sizeof(T); at-- > 0; bits >>= 8) {
    bytes[at] = static_cast<char>(bits & 0xff);
  }
  out.append(bytes, sizeof(T));
}

/// Writes the length before the bytes that `write` appends.
template <class Write>
bool sized(std::string& out, Write write) {
  std::size_t start = out.size();
  append_int32(out, 0);
  write();
  std::string length;
  append_int32(length, static_cast<std::int32_t>(out.size() - start - 4));
  out.replace(start, 4, length);
  return true;
}

bool append_bytes(std::string& out, std::string_view bytes) {
  append_int32(out, static_cast<std::int32_t>(bytes.size()));
  out += bytes;
  return true;
}

template <class T>
bool append_integer(std::string& out, const Value& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (!number || *number < std::numeric_limits<T>::min() ||
      *number > std::numeric_limits<T>::max()) {
    return false;
  }
  append_int32(out, sizeof(T));
  append_big_endian(out, static_cast<T>(*number));
  return true;
}

bool append_double(std::string& out, const Value& value) {
  const double* number = std::get_if<double>(&value);
  if (!number) return false;
  append_int32(out, 8);
  append_big_endian(out, std::bit_cast<std::int64_t>(*number));
  return true;
}

/// numeric := count:int16 weight:int16 sign:int16 scale:int16 digit:int16*,
/// digits of base 10000, the first of which stands for 10000^weight.
bool append_numeric(std::string& out, const Value& value) {
  std::string text;
  int scale = 0;
  if (const Decimal* decimal = std::get_if<Decimal>(&value)) {
    text = decimal->text();
    scale = decimal->scale();
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    text = display(*integer);
  } else {
    return false;
  }
  bool negative = text.front() == '-';
  if (negative) text.erase(0, 1);
  std::size_t point = std::min(text.find('.'), text.size());
  std::string whole = text.substr(0, point);
  std::string fraction = point < text.size() ? text.substr(point + 1) : "";
  whole.insert(0, (4 - whole.size() % 4) % 4, '0');
  fraction.append((4 - fraction.size() % 4) % 4, '0');
  std::string digits = whole + fraction;

  std::vector<std::int16_t> groups;
  for (std::size_t at = 0; at < digits.size(); at += 4) {
    int group = 0;
    for (char c : digits.substr(at, 4)) group = group * 10 + (c - '0');
    groups.push_back(static_cast<std::int16_t>(group));
  }
  int weight = static_cast<int>(whole.size() / 4) - 1;
  auto first = std::find_if(groups.begin(), groups.end(),
                            [](std::int16_t group) { return group != 0; });
  weight -= static_cast<int>(first - groups.begin());
  groups.erase(groups.begin(), first);
  while (!groups.empty() && groups.back() == 0) groups.pop_back();
  if (groups.empty()) weight = 0;

  constexpr std::int16_t kNegative = 0x4000;
  return sized(out, [&] {
    append_int16(out, static_cast<std::int16_t>(groups.size()));
    append_int16(out, static_cast<std::int16_t>(weight));
    append_int16(out, negative ? kNegative : std::int16_t{0});
    append_int16(out, static_cast<std::int16_t>(scale));
    for (std::int16_t group : groups) append_int16(out, group);
  });
}

bool append_date(std::string& out, const Value& value) {
  const Date* date = std::get_if<Date>(&value);
  if (!date) return false;
  append_int32(out, 4);
  append_int32(out, static_cast<std::int32_t>(date->days() - kEpochDays));
  return true;
}

bool append_micros(std::string& out, std::int64_t micros) {
  append_int32(out, 8);
  append_int64(out, micros);
  return true;
}

bool append_time(std::string& out, const Value& value) {
  const Time* time = std::get_if<Time>(&value);
  return time && append_micros(out, time->micros);
}

bool append_moment(std::string& out, const Value& value) {
  const DateTime* moment = std::get_if<DateTime>(&value);
  std::int64_t micros = 0;
  return moment &&
         !__builtin_sub_overflow(moment->micros, kEpochDays * kDayMicros,
                                 &micros) &&
         append_micros(out, micros);
}

/// interval := microseconds:int64 days:int32 months:int32
bool append_interval(std::string& out, const Value& value) {
  const Duration* duration = std::get_if<Duration>(&value);
  if (!duration) return false;
  std::int64_t days = duration->micros / kDayMicros;
  std::int64_t rest = duration->micros % kDayMicros;
  if (rest < 0) {
    rest += kDayMicros;
    --days;
  }
  append_int32(out, 16);
  append_int64(out, rest);
  append_int32(out, static_cast<std::int32_t>(days));
  append_int32(out, 0);
  return true;
}

bool append_uuid(std::string& out, const Value& value) {
  const Uuid* uuid = std::get_if<Uuid>(&value);
  return uuid &&
         append_bytes(out, {reinterpret_cast<const char*>(uuid->bytes), 16});
}

/// inet := family:byte bits:byte is_cidr:byte length:byte address
bool append_inet(std::string& out, const Value& value) {
  const std::string* text = std::get_if<std::string>(&value);
  if (!text) return false;
  constexpr char kFamily4 = 2;
  constexpr char kFamily6 = 3;
  unsigned char address[16];
  bool is4 = inet_pton(AF_INET, text->c_str(), address) == 1;
  if (!is4 && inet_pton(AF_INET6, text->c_str(), address) != 1) return false;
  std::size_t size = is4 ? 4 : 16;
  return sized(out, [&] {
    out += is4 ? kFamily4 : kFamily6;
    out += static_cast<char>(size * 8);
    out += '\0';
    out += static_cast<char>(size);
    out.append(reinterpret_cast<const char*>(address), size);
  });
}

bool append_bool(std::string& out, const Value& value) {
  const bool* flag = std::get_if<bool>(&value);
  return flag && append_bytes(out, std::string_view(*flag ? "\1" : "\0", 1));
}

bool append_characters(std::string& out, const Value& value) {
  const std::string* text = std::get_if<std::string>(&value);
  return text && append_bytes(out, *text);
}

const std::string* json_text(const Value& value) {
  const Json* json = std::get_if<Json>(&value);
  return json ? &json->text : std::get_if<std::string>(&value);
}

bool append_json(std::string& out, const Value& value) {
  const std::string* text = json_text(value);
  return text && append_bytes(out, *text);
}

bool append_jsonb(std::string& out, const Value& value) {
  const std::string* text = json_text(value);
  return text && sized(out, [&] {
           constexpr char kVersion = 1;
           out += kVersion;
           out += *text;
         });
}

bool append_bytea(std::string& out, const Value& value) {
  const Bytes* bytes = std::get_if<Bytes>(&value);
  return bytes && append_bytes(out, bytes->data);
}

struct BinaryForm {
  unsigned type;
  AppendBinary append;
};

constexpr BinaryForm kBinaryForms[] = {
    {oid::kInt4, append_integer<std::int32_t>},
    {oid::kInt8, append_integer<std::int64_t>},
    {oid::kVarchar, append_characters},
    {oid::kText, append_characters},
    {oid::kBool, append_bool},
    {oid::kInt2, append_integer<std::int16_t>},
    {oid::kFloat8, append_double},
    {oid::kNumeric, append_numeric},
    {oid::kBpchar, append_characters},
    {oid::kDate, append_date},
    {oid::kTime, append_time},
    {oid::kTimestamptz, append_moment},
    {oid::kTimestamp, append_moment},
    {oid::kInterval, append_interval},
    {oid::kUuid, append_uuid},
    {oid::kJsonb, append_jsonb},
    {oid::kJson, append_json},
    {oid::kBytea, append_bytea},
    {oid::kInet, append_inet},
};

}  // namespace

void append_int16(std::string& out, std::int16_t number) {
  append_big_endian(out, number);
}

void append_int32(std::string& out, std::int32_t number) {
  append_big_endian(out, number);
}

void append_int64(std::string& out, std::int64_t number) {
  append_big_endian(out, number);
}

AppendBinary binary_form(unsigned type) {
  for (const BinaryForm& form : kBinaryForms) {
    if (form.type == type) return form.append;
  }
  return nullptr;
}

void append_text(std::string& out, const Value& value) {
  if (is_null(value)) {
    out += "\\N";
    return;
  }
  std::string text = std::holds_alternative<Bytes>(value)
                         ? display(value)
                         : postgresql_text(value);
  for (char c : text) {
    switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += c;
    }
  }
}

}  // namespace manage::orm
