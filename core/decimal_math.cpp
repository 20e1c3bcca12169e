#include "core/decimal_math.hpp"

#include <openssl/bn.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <memory>
#include <new>
#include <string>

#include "core/error.hpp"

namespace manage {

namespace {

constexpr int kSignificant = 28;

struct Free {
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(BN_CTX* context) const { BN_CTX_free(context); }
};
using Number = std::unique_ptr<BIGNUM, Free>;

void require(int done) {
  if (done == 0) throw std::bad_alloc();
}

BN_CTX* context() {
  thread_local const std::unique_ptr<BN_CTX, Free> kContext(BN_CTX_new());
  if (!kContext) throw std::bad_alloc();
  return kContext.get();
}

Number make() {
  Number made(BN_new());
  if (!made) throw std::bad_alloc();
  return made;
}

/// The digits without the point, as if there were `scale` after it.
Number whole(const Decimal& decimal, int scale) {
  std::string digits = decimal.text();
  std::erase(digits, '.');
  digits.append(static_cast<std::size_t>(scale - decimal.scale()), '0');
  BIGNUM* made = nullptr;
  require(BN_dec2bn(&made, digits.c_str()));
  return Number(made);
}

Decimal decimal_of(const Number& number, int scale) {
  char* raw = BN_bn2dec(number.get());
  if (!raw) throw std::bad_alloc();
  std::string digits = raw;
  OPENSSL_free(raw);
  const bool negative = digits.front() == '-';
  if (negative) digits.erase(0, 1);
  const auto places = static_cast<std::size_t>(std::max(scale, 0));
  if (scale < 0) digits.append(static_cast<std::size_t>(-scale), '0');
  if (digits.size() <= places) {
    digits.insert(0, places + 1 - digits.size(), '0');
  }
  if (places > 0) digits.insert(digits.size() - places, ".");
  const auto made = Decimal::parse((negative ? "-" : "") + digits);
  if (made) return *made;
  throw Error("value.range", "the result has too many digits for a decimal");
}

Number power_of_ten(int exponent) {
  BIGNUM* made = nullptr;
  require(BN_dec2bn(
      &made,
      ("1" + std::string(static_cast<std::size_t>(exponent), '0')).c_str()));
  return Number(made);
}

/// a / b to the nearest whole number, half to even.
Number nearest(const Number& a, const Number& b) {
  Number quotient = make(), rest = make();
  require(BN_div(quotient.get(), rest.get(), a.get(), b.get(), context()));
  require(BN_lshift1(rest.get(), rest.get()));
  const int half = BN_ucmp(rest.get(), b.get());
  if (half < 0 || (half == 0 && !BN_is_odd(quotient.get()))) return quotient;
  const bool negative = BN_is_negative(a.get()) != BN_is_negative(b.get());
  require(negative ? BN_sub_word(quotient.get(), 1)
                   : BN_add_word(quotient.get(), 1));
  return quotient;
}

int digits_of(const Number& number) {
  char* raw = BN_bn2dec(number.get());
  if (!raw) throw std::bad_alloc();
  const std::string digits = raw;
  OPENSSL_free(raw);
  return static_cast<int>(digits.size()) - (digits.front() == '-' ? 1 : 0);
}

void require_divisor(const Number& divisor) {
  if (!BN_is_zero(divisor.get())) return;
  throw Error("value.division", "a decimal was divided by zero");
}

/// Without zeros behind the point, down to `scale` places.
Decimal shortened(Decimal decimal, int scale) {
  while (decimal.scale() > scale) {
    auto shorter = decimal.with_scale(decimal.scale() - 1);
    if (!shorter) break;
    decimal = *shorter;
  }
  return decimal;
}

}  // namespace

Decimal add(const Decimal& a, const Decimal& b) {
  const int scale = std::max(a.scale(), b.scale());
  Number total = make();
  require(BN_add(total.get(), whole(a, scale).get(), whole(b, scale).get()));
  return decimal_of(total, scale);
}

Decimal subtract(const Decimal& a, const Decimal& b) {
  return add(a, negate(b));
}

Decimal multiply(const Decimal& a, const Decimal& b) {
  Number product = make();
  require(BN_mul(product.get(), whole(a, a.scale()).get(),
                 whole(b, b.scale()).get(), context()));
  return decimal_of(product, a.scale() + b.scale());
}

Decimal divide(const Decimal& a, const Decimal& b) {
  Number dividend = whole(a, a.scale());
  Number divisor = whole(b, b.scale());
  require_divisor(divisor);
  // Either side is made longer until the result has its digits; one too many
  // would round twice.
  int scale = a.scale() - b.scale();
  int longer = kSignificant - digits_of(dividend) + digits_of(divisor);
  for (;; --longer) {
    Number above = make(), below = make();
    require(BN_mul(above.get(), dividend.get(),
                   power_of_ten(std::max(longer, 0)).get(), context()));
    require(BN_mul(below.get(), divisor.get(),
                   power_of_ten(std::max(-longer, 0)).get(), context()));
    const Number quotient = nearest(above, below);
    if (digits_of(quotient) > kSignificant) continue;
    scale += longer;
    return shortened(decimal_of(quotient, scale),
                     std::max(a.scale() - b.scale(), 0));
  }
}

Decimal remainder(const Decimal& a, const Decimal& b) {
  const int scale = std::max(a.scale(), b.scale());
  const Number divisor = whole(b, scale);
  require_divisor(divisor);
  Number rest = make();
  require(BN_div(nullptr, rest.get(), whole(a, scale).get(), divisor.get(),
                 context()));
  return decimal_of(rest, scale);
}

Decimal negate(const Decimal& a) {
  const std::string text = a.text();
  return *Decimal::parse(text.front() == '-' ? text.substr(1) : "-" + text);
}

Decimal round(const Decimal& a, int places) {
  if (places >= a.scale()) {
    if (auto longer = a.with_scale(places)) return *longer;
  }
  return decimal_of(
      nearest(whole(a, a.scale()), power_of_ten(a.scale() - places)), places);
}

}  // namespace manage
