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

/// The caller's SQL, with placeholders in the place of %s.
BoundStatement compile_raw(const RawExpr& raw, const Registry& registry,
                           const Dialect& dialect);

/// An expression or condition in the definition of a table: columns without
/// their table, values as literals. Throws "query.condition" for what is true
/// or false whatever the row, and as compile_select.
std::string compile_definition(const Expr& expr, const ModelSet& models,
                               const Dialect& dialect);

}  // namespace manage::orm
