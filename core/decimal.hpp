// An exact decimal number: a sign, digits and a scale. Never a double.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace manage {

/// `digits` × 10^-scale, with a sign. "1.50" has digits "150" and scale 2; the
/// scale is kept, so what was read is written back. Zero is never negative.
class Decimal {
 public:
  Decimal() = default;

  /// Optional sign, digits with at most one point, optional exponent
  /// ("-12.50", ".5", "1e3"). No spaces, no separators, no NaN or infinity.
  static std::optional<Decimal> parse(std::string_view text);

  /// `number` × 10^-scale: 150 with scale 2 is 1.50. REQUIRES: scale >= 0.
  static Decimal scaled(std::int64_t number, int scale);

  /// Plain notation, never an exponent: "-12.50".
  std::string text() const;
  /// Digits before the point, at least 0 ("0.05" has 0), as Django counts them
  /// for max_digits.
  int whole_digits() const;
  int scale() const { return scale_; }
  bool negative() const { return negative_; }
  /// The same number with exactly `scale` digits after the point, or nullopt
  /// if digits other than zero would be lost.
  std::optional<Decimal> with_scale(int scale) const;

  /// By value: 1.5 equals 1.50.
  std::strong_ordering operator<=>(const Decimal& other) const;
  bool operator==(const Decimal& other) const;

 private:
  std::string digits_ = "0";  ///< without leading zeros, at least one
  int scale_ = 0;             ///< not negative
  bool negative_ = false;
};

}  // namespace manage
