// Expressions with names become expressions of a query.
//
// F is a column of the query's joins, or one of its annotations; conditions
// are compared with columns; subqueries learn what they asked of the query
// around them (OuterRef). Which joins are made follows Django 5.2.
//
// Errors: "query.field" and "query.lookup" for names that lead nowhere, with
// near names; "query.expression" for functions that do not exist or are called
// wrongly, and for aggregates of aggregates.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orm/query/expr.hpp"
#include "orm/query/query.hpp"

namespace manage::orm {

/// `reusable`: the joins to many rows that may be used again; nullptr: all.
ExprPtr resolve(Query& query, const ExprPtr& expr, Aliases* reusable);

/// Throws for functions that do not exist or are called wrongly in this node;
/// its parts are looked at by themselves.
void check_expression(const Expr& expr);

/// What a path stands for, with the transforms behind it.
ExprPtr resolve_path(Query& query, std::string_view path, Aliases* reusable);

/// An annotation that a path begins with, and the names after it.
struct AnnotationPath {
  ExprPtr expr;  ///< nullptr: it begins with none
  std::vector<std::string> rest;
};
AnnotationPath find_annotation_path(const Query& query, std::string_view path);

/// A query to stand inside `query`: its OuterRefs become columns, and columns
/// say how far out they are.
ExprPtr embed(Query& query, const SubqueryExpr& inner, Aliases* reusable);

/// An expression of a query as one of a subquery in it.
ExprPtr one_level_in(const ExprPtr& expr);

}  // namespace manage::orm
