// Q, F and everything that stands in queries: the ORM's conditions and
// expressions as objects of Lua.
//
//   Q{price__gt=10, title="x"} | ~Q{sold=true}        & | ~ and ~ between two
//   F"stock" + 10, F"price":gt(100), F"id":in_{1, 2}    + - * / % ^
//   Count"reviews", Count{"reviews", distinct=true, filter=Q{rating=5}}
//   Value"text", Case{When(Q{a=1}, "price"), default=Value(0)}
//   Subquery(rows), Exists(rows), OuterRef"pk"
//
// Functions and aggregates take what the ORM's expressions as data take
// (orm/query/from_data.hpp); in the place of an argument a text is a field.
// Comparisons, and, or and not cannot make conditions in Lua: where they are
// tried it is an error.
#pragma once

#include "orm/query/ordering.hpp"
#include "orm/query/q.hpp"
#include "orm/query/query_options.hpp"
#include "scripting/lua.hpp"

namespace manage::scripting {

template <>
inline constexpr const char* kClass<orm::Q> = "Q";
template <>
inline constexpr const char* kClass<orm::ExprPtr> = "Expression";
template <>
inline constexpr const char* kClass<orm::OrderTerm> = "Order";

/// The conditions of a table: names with values, and conditions in its list.
/// Throws "script.empty" for an empty one: it would mean every row.
/// `model`: what it is about; records in the table must be those that its
/// relations lead to.
orm::Q condition_at(lua_State* lua, int at, const orm::Model* model = nullptr);
/// Where an argument of an expression may stand: a text is a field.
orm::ExprPtr expression_at(lua_State* lua, int at);
/// The right side of a lookup: a value, a record, a query set, an expression,
/// or for `in` and `range` a list.
orm::Operand operand_at(lua_State* lua, int at, std::string_view path);
/// "-price", an expression, F"price":desc{nulls_last=true}.
orm::Ordering ordering_at(lua_State* lua, int at);
/// Names with expressions of a table, sorted.
std::vector<orm::Named> named_at(lua_State* lua, int at);

/// The metatables and Q, F, Value, OuterRef, Case, Subquery, Exists and all
/// functions, as globals.
void define_expressions(lua_State* lua);

}  // namespace manage::scripting
