// How large a condition or an expression may get: what walks them calls itself
// for each level.
#pragma once

#include "orm/query/q.hpp"

namespace manage::scripting {

/// Throw "script.expression" for more than 300 levels or 20,000 parts,
/// subqueries among them.
void require_small(const orm::Q& q);
void require_small(const orm::Expr& expr);

}  // namespace manage::scripting
