#include "core/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "core/text.hpp"

namespace manage::yaml {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool consists_of(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

std::string_view without_sign(std::string_view text) {
  bool has_sign = !text.empty() && (text[0] == '-' || text[0] == '+');
  return has_sign ? text.substr(1) : text;
}

constexpr std::string_view kOctal = "01234567";
constexpr std::string_view kHexadecimal = "0123456789abcdefABCDEF";

bool has_prefix_digits(std::string_view text, std::string_view prefix,
                       std::string_view digits) {
  return text.size() > prefix.size() && text.starts_with(prefix) &&
         consists_of(text.substr(prefix.size()), digits);
}

bool has_leading_zero(std::string_view digits) {
  return digits.size() > 1 && digits[0] == '0' && is_digit(digits[1]);
}

/// [-+]? ( "." digits | digits [ "." digits? ] ) ( [eE] [-+]? digits )?
/// with a point or an exponent, and no leading zeros.
bool is_real(std::string_view text) {
  text = without_sign(text);
  if (has_leading_zero(text)) return false;
  std::string_view mantissa = text.substr(0, text.find_first_of("eE"));
  bool has_exponent = mantissa.size() < text.size();
  if (has_exponent &&
      !all_digits(without_sign(text.substr(mantissa.size() + 1)))) {
    return false;
  }
  std::size_t point = mantissa.find('.');
  if (point == std::string_view::npos) {
    return has_exponent && all_digits(mantissa);
  }
  std::string_view whole = mantissa.substr(0, point);
  std::string_view fraction = mantissa.substr(point + 1);
  if (whole.empty()) return all_digits(fraction);
  return all_digits(whole) && (fraction.empty() || all_digits(fraction));
}

template <std::size_t N>
bool is_one_of(std::string_view text,
               const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

constexpr std::array<std::string_view, 12> kWords{
    "", "~", "null", "true", "false", "yes", "no", "y", "n", "on", "off", "="};

bool starts_like_date(std::string_view text) {
  return text.size() >= 8 && all_digits(text.substr(0, 4)) && text[4] == '-' &&
         is_digit(text[5]);
}

}  // namespace

ScalarKind core_kind(std::string_view plain) {
  constexpr std::array<std::string_view, 5> kNulls{"", "~", "null", "Null",
                                                   "NULL"};
  constexpr std::array<std::string_view, 6> kBools{"true",  "True",  "TRUE",
                                                   "false", "False", "FALSE"};
  if (is_one_of(plain, kNulls)) return ScalarKind::kNull;
  if (is_one_of(plain, kBools)) return ScalarKind::kBool;
  if (is_integer(plain)) return ScalarKind::kInteger;
  return is_real(plain) ? ScalarKind::kReal : ScalarKind::kText;
}

bool is_integer(std::string_view plain) {
  if (has_prefix_digits(plain, "0o", kOctal)) return true;
  if (has_prefix_digits(plain, "0x", kHexadecimal)) return true;
  std::string_view digits = without_sign(plain);
  return all_digits(digits) && !has_leading_zero(digits);
}

std::optional<std::int64_t> integer_value(std::string_view plain) {
  int base = 10;
  if (plain.starts_with("0o")) base = 8;
  if (plain.starts_with("0x")) base = 16;
  if (base != 10) plain.remove_prefix(2);
  if (plain.starts_with('+')) plain.remove_prefix(1);
  std::int64_t value = 0;
  const char* end = plain.data() + plain.size();
  auto [stop, error] = std::from_chars(plain.data(), end, value, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

bool is_ambiguous(std::string_view plain) {
  std::string folded = text::lower(plain);
  if (is_one_of(folded, kWords) || folded == "<<") return true;
  std::string_view number = without_sign(folded);
  if (number == ".inf" || number == ".nan") return true;
  if (starts_like_date(number)) return true;
  if (has_prefix_digits(number, "0x", "0123456789abcdef_")) return true;
  if (has_prefix_digits(number, "0o", "01234567_")) return true;
  return number.find_first_of("0123456789") != std::string_view::npos &&
         (is_digit(number[0]) || number[0] == '.') &&
         consists_of(number, "0123456789_.:+-eb");
}

}  // namespace manage::yaml
