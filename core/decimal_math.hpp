// Arithmetic of decimals: exact, but for division, which keeps 28 significant
// digits and rounds half to even, as Python's decimal does by default. All
// throw "value.range" for more digits than a decimal may have.
#pragma once

#include "core/decimal.hpp"

namespace manage {

Decimal add(const Decimal& a, const Decimal& b);
Decimal subtract(const Decimal& a, const Decimal& b);
Decimal multiply(const Decimal& a, const Decimal& b);
/// Without zeros at the end that the operands have not. Throws
/// "value.division" by zero.
Decimal divide(const Decimal& a, const Decimal& b);
/// What is left of a whole number of times `b`, with the sign of `a`. Throws
/// "value.division" by zero.
Decimal remainder(const Decimal& a, const Decimal& b);
Decimal negate(const Decimal& a);
/// To so many places, half to even.
Decimal round(const Decimal& a, int places);

}  // namespace manage
