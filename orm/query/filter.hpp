// Takes conditions over into a query: filter() and exclude().
//
// When joins are shared, when they are outer joins, and when a condition on
// many rows becomes a subquery follows Django 5.2 (add_q, JoinPromoter,
// split_exclude).
#pragma once

#include "orm/query/q.hpp"
#include "orm/query/query.hpp"

namespace manage::orm {

/// The rows must meet `q` too. Conditions of one call that go through the same
/// relation to many rows are about one and the same of these rows; those of two
/// calls need not be.
void add_condition(Query& query, const Q& q);

/// A condition as an expression of the query, for Case and annotations: rows
/// are kept whether it holds or not, and a negated condition on many rows is
/// about each of them.
ExprPtr resolve_condition(Query& query, const Q& q, Aliases* reusable);

}  // namespace manage::orm
