// Expressions and query sets as plain data, as models.yaml and migrations state
// them (docs/models.md): `{F: price}`, `{Lower: title}`,
// `{"*": [price, {Value: 2}]}`, `{Count: reviews, distinct: true}`.
//
// Errors: "query.expression" for what is no expression, with near names;
// "query.condition" for conditions inside of them.
#pragma once

#include <string_view>

#include "core/data.hpp"
#include "orm/query/expr.hpp"
#include "orm/query/ordering.hpp"
#include "orm/query/query_set.hpp"

namespace manage::orm {

/// In an argument's place: a text is a field, a map an expression, anything
/// else a literal.
ExprPtr argument_from_data(const Data& data, const DataNames& names);

/// A map with one class or operator, and its keyword arguments.
ExprPtr expression_from_data(const DataMap& map, const DataNames& names);

/// The classes that a map may have: Lower, Count, Case, F, …
std::vector<std::string> expression_names();

/// Whether a map is an expression: it has a class or an operator among its
/// keys. Else it is a condition.
bool is_expression_map(const DataMap& map);

/// "-price", `{desc: price, nulls_last: true}`, or an expression.
Ordering ordering_from_data(const Data& data, const DataNames& names);

/// A plain value, not of any field: a number with a fraction is a decimal.
Value value_from_plain_data(const Data& data);

/// Methods of QuerySet, one after the other:
/// `[{filter: Q}, {annotate: {n: {Count: books}}}, {order_by: [-n]},
/// {slice: [0, 10]}]`.
QuerySet apply_steps(QuerySet rows, const DataList& steps);

}  // namespace manage::orm
