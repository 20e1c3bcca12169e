#include "core/decimal.hpp"

#include <algorithm>
#include <charconv>

namespace manage {

namespace {

// What PostgreSQL's numeric can hold; a short text such as 1e999999999 must not
// become a gigabyte of zeros.
constexpr std::int64_t kMaxWhole = 131072;
constexpr std::int64_t kMaxScale = 16383;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Removes the digits at the start of `rest` and returns them.
std::string_view take_digits(std::string_view& rest) {
  std::size_t count = 0;
  while (count < rest.size() && is_digit(rest[count])) ++count;
  std::string_view digits = rest.substr(0, count);
  rest.remove_prefix(count);
  return digits;
}

/// Removes the sign at the start of `rest`; whether it is a minus.
bool take_sign(std::string_view& rest) {
  if (rest.empty() || (rest[0] != '-' && rest[0] != '+')) return false;
  bool negative = rest[0] == '-';
  rest.remove_prefix(1);
  return negative;
}

/// "e12", "E-3" up to the end, or nothing at all.
std::optional<std::int64_t> parse_exponent(std::string_view rest) {
  if (rest.empty()) return 0;
  if (rest[0] != 'e' && rest[0] != 'E') return std::nullopt;
  rest.remove_prefix(1);
  bool negative = take_sign(rest);
  std::string_view digits = take_digits(rest);
  if (digits.empty() || !rest.empty()) return std::nullopt;
  std::int64_t exponent = 0;
  auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  if (error != std::errc()) return std::nullopt;
  return negative ? -exponent : exponent;
}

}  // namespace

Decimal Decimal::scaled(std::int64_t number, int scale) {
  Decimal made;
  made.digits_ = std::to_string(number);
  made.scale_ = scale;
  made.negative_ = number < 0;
  if (made.negative_) made.digits_.erase(0, 1);
  return made;
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  Decimal result;
  std::string_view rest = text;
  result.negative_ = take_sign(rest);
  std::string_view whole = take_digits(rest);
  std::string_view fraction;
  if (!rest.empty() && rest[0] == '.') {
    rest.remove_prefix(1);
    fraction = take_digits(rest);
  }
  if (whole.empty() && fraction.empty()) return std::nullopt;
  std::optional<std::int64_t> exponent = parse_exponent(rest);
  if (!exponent || *exponent > kMaxWhole || *exponent < -kMaxScale) {
    return std::nullopt;
  }

  result.digits_.assign(whole).append(fraction);
  std::size_t first = result.digits_.find_first_not_of('0');
  bool zero = first == std::string::npos;
  result.digits_.erase(0, zero ? result.digits_.size() - 1 : first);
  std::int64_t scale = static_cast<std::int64_t>(fraction.size()) - *exponent;
  if (scale < 0 && !zero) {
    result.digits_.append(static_cast<std::size_t>(-scale), '0');
  }
  scale = std::max<std::int64_t>(scale, 0);
  std::int64_t size = static_cast<std::int64_t>(result.digits_.size());
  if (scale > kMaxScale || size - scale > kMaxWhole) return std::nullopt;
  result.scale_ = static_cast<int>(scale);
  if (zero) result.negative_ = false;
  return result;
}

std::string Decimal::text() const {
  std::string out = digits_;
  std::size_t scale = static_cast<std::size_t>(scale_);
  if (scale > 0) {
    if (out.size() <= scale) out.insert(0, scale + 1 - out.size(), '0');
    out.insert(out.size() - scale, 1, '.');
  }
  if (negative_) out.insert(0, 1, '-');
  return out;
}

int Decimal::whole_digits() const {
  return std::max(static_cast<int>(digits_.size()) - scale_, 0);
}

std::optional<Decimal> Decimal::with_scale(int scale) const {
  if (scale < 0 || scale > kMaxScale) return std::nullopt;
  Decimal result = *this;
  result.scale_ = scale;
  if (digits_ == "0") return result;
  if (scale >= scale_) {
    result.digits_.append(static_cast<std::size_t>(scale - scale_), '0');
    return result;
  }
  std::size_t lost = static_cast<std::size_t>(scale_ - scale);
  std::size_t kept = digits_.size() - std::min(lost, digits_.size());
  if (digits_.find_first_not_of('0', kept) != std::string::npos) {
    return std::nullopt;
  }
  result.digits_.resize(kept);
  return result;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  bool zero = digits_ == "0";
  bool other_zero = other.digits_ == "0";
  int sign = zero ? 0 : negative_ ? -1 : 1;
  int other_sign = other_zero ? 0 : other.negative_ ? -1 : 1;
  if (sign != other_sign || sign == 0) return sign <=> other_sign;

  // Neither has leading zeros, so the place of the first digit decides, then
  // the digits themselves, the shorter one going on with zeros.
  auto order = static_cast<std::int64_t>(digits_.size()) - scale_ <=>
               static_cast<std::int64_t>(other.digits_.size()) - other.scale_;
  std::size_t longest = std::max(digits_.size(), other.digits_.size());
  auto digit = [](const std::string& digits, std::size_t at) {
    return at < digits.size() ? digits[at] : '0';
  };
  for (std::size_t at = 0; order == 0 && at < longest; ++at) {
    order = digit(digits_, at) <=> digit(other.digits_, at);
  }
  return sign > 0 ? order : 0 <=> order;
}

bool Decimal::operator==(const Decimal& other) const {
  return (*this <=> other) == 0;
}

}  // namespace manage
