// Makes SQL of queries. Names come from the registry only and are quoted;
// values are always parameters.
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

}  // namespace manage::orm
