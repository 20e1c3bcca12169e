#include "loaders/value_key.hpp"

#include <algorithm>
#include <cstring>

namespace manage::loaders {

namespace {

void append_number(std::string& out, std::uint64_t number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof number);
}

struct Append {
  std::string& out;

  void text(std::string_view text) const {
    append_number(out, text.size());
    out += text;
  }
  void operator()(const orm::Null&) const {}
  void operator()(bool value) const { out += value ? '1' : '0'; }
  void operator()(std::int64_t value) const {
    append_number(out, static_cast<std::uint64_t>(value));
  }
  void operator()(double value) const {
    if (value == 0) value = 0;  // no negative zero
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    append_number(out, bits);
  }
  void operator()(const std::string& value) const { text(value); }
  void operator()(const Decimal& value) const {
    std::string digits = value.text();
    if (value.scale() > 0) {
      digits.erase(digits.find_last_not_of('0') + 1);
      if (digits.back() == '.') digits.pop_back();
    }
    text(digits);
  }
  void operator()(const Date& value) const { (*this)(value.days()); }
  void operator()(const Time& value) const { (*this)(value.micros); }
  void operator()(const DateTime& value) const { (*this)(value.micros); }
  void operator()(const Duration& value) const { (*this)(value.micros); }
  void operator()(const orm::Uuid& value) const {
    out.append(reinterpret_cast<const char*>(value.bytes), sizeof value.bytes);
  }
  void operator()(const orm::Json& value) const { text(value.text); }
  void operator()(const orm::Bytes& value) const { text(value.data); }
};

std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 32;
  x *= 0xE9846AF9B1A615DULL;
  x ^= x >> 32;
  x *= 0xE9846AF9B1A615DULL;
  return x ^ (x >> 28);
}

}  // namespace

void append_key(std::string& out, const orm::Value& value) {
  out += static_cast<char>('a' + value.index());
  std::visit(Append{out}, value);
}

std::string value_key(const orm::Value& value) {
  std::string key;
  append_key(key, value);
  return key;
}

std::uint64_t key_hash(std::string_view bytes) {
  std::uint64_t hash = 0x9E3779B97F4A7C15ULL ^ bytes.size();
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    std::size_t size = std::min(bytes.size(), sizeof word);
    std::memcpy(&word, bytes.data(), size);
    hash = mix(hash ^ word) + 0x9E3779B97F4A7C15ULL;
    bytes.remove_prefix(size);
  }
  return mix(hash);
}

}  // namespace manage::loaders
