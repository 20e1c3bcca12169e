// Makes SQL of queries and of what stands in the definitions of tables. Names
// come from the models only and are quoted; values are parameters, or literals
// where the database takes none.
#pragma once

#include "orm/dialect.hpp"
#include "orm/query/query.hpp"
#include "orm/statement_builder.hpp"

namespace manage::orm {

/// The SELECT of what the query has selected, without that of 1. nullopt:
/// nobody needs to ask, because no row can meet its conditions. Throws Error
/// "query.expression" and "query.lookup" for what the database lacks.
std::optional<BoundStatement> compile_select(const Query& query,
                                             const Dialect& dialect);

/// A column of the model's own table, and its new value, resolved.
struct Assignment {
  const FieldDef* field = nullptr;
  ExprPtr value;
};
using Assignments = std::vector<Assignment>;

/// UPDATE and DELETE of the rows of the model's own table that the query asks
/// about, whatever joins, slices or groups say which they are. `returning`:
/// columns of the rows that are changed. nullopt: there can be none. Throws as
/// compile_select, and "query.expression" for a value that is not of the
/// model's own table.
std::optional<BoundStatement> compile_update(
    const Query& query, const Assignments& assignments, const Dialect& dialect,
    const std::vector<std::string>& returning = {});
std::optional<BoundStatement> compile_delete(const Query& query,
                                             const Dialect& dialect);
/// INSERT of one row whose values are expressions. Throws "query.expression"
/// for one that refers to a column.
BoundStatement compile_insert(const Registry& registry, const Model& model,
                              const Assignments& assignments,
                              const Dialect& dialect,
                              const std::vector<std::string>& returning = {});

/// "SELECT condition" of one that refers to no column. Throws as
/// compile_select.
BoundStatement compile_condition(const Expr& condition, const ModelSet& models,
                                 const Dialect& dialect);

/// The caller's SQL, with placeholders in the place of %s.
BoundStatement compile_raw(const RawExpr& raw, const Registry& registry,
                           const Dialect& dialect);

/// An expression or condition in the definition of a table: columns without
/// their table, values as literals. Throws "query.condition" for what is true
/// or false whatever the row, and as compile_select.
std::string compile_definition(const Expr& expr, const ModelSet& models,
                               const Dialect& dialect);

}  // namespace manage::orm
