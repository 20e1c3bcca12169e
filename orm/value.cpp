#include "orm/value.hpp"

#include <fmt/format.h>

namespace manage::orm {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

struct Displayed {
  std::string operator()(const Null&) const { return "NULL"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const {
    return fmt::format("{}", value);
  }
  std::string operator()(double value) const {
    std::string text = fmt::format("{}", value);
    bool integer = text.find_first_not_of("-0123456789") == std::string::npos;
    return integer ? text + ".0" : text;
  }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const Uuid& value) const { return uuid_text(value); }
  std::string operator()(const Json& value) const { return value.text; }
  std::string operator()(const Bytes& value) const {
    return "\\x" + hex_text(value.data);
  }
  /// Decimals, dates, times and durations.
  template <class T>
  std::string operator()(const T& value) const {
    return value.text();
  }
};

}  // namespace

std::string display(const Value& value) {
  return std::visit(Displayed{}, value);
}

std::string hex_text(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::optional<std::string> parse_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t at = 0; at < text.size(); at += 2) {
    int high = hex_digit(text[at]);
    int low = hex_digit(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

std::string uuid_hex(const Uuid& uuid) {
  return hex_text({reinterpret_cast<const char*>(uuid.bytes), 16});
}

std::string uuid_text(const Uuid& uuid) {
  std::string out = uuid_hex(uuid);
  for (std::size_t at : {8, 13, 18, 23}) out.insert(at, 1, '-');
  return out;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
  Uuid uuid;
  std::size_t digits = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    bool dash_place = at == 8 || at == 13 || at == 18 || at == 23;
    if (text.size() == 36 && dash_place) {
      if (text[at] != '-') return std::nullopt;
      continue;
    }
    int digit = hex_digit(text[at]);
    if (digit < 0 || digits == 32) return std::nullopt;
    unsigned char& byte = uuid.bytes[digits / 2];
    byte = static_cast<unsigned char>(byte * 16 + digit);
    ++digits;
  }
  return digits == 32 ? std::optional(uuid) : std::nullopt;
}

}  // namespace manage::orm
