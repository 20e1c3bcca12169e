// Makes SQL of queries. Names come from the registry only and are quoted;
// values are always parameters.
#pragma once

#include "orm/dialect.hpp"
#include "orm/query/query.hpp"
#include "orm/statement_builder.hpp"

namespace manage::orm {

/// The SELECT of what the query has selected. nullopt: nobody needs to ask,
/// because no row can meet its conditions.
std::optional<BoundStatement> compile_select(const Query& query,
                                             const Dialect& dialect);

/// The number of its rows, as one column.
std::optional<BoundStatement> compile_count(const Query& query,
                                            const Dialect& dialect);

/// One row, if there is any.
std::optional<BoundStatement> compile_exists(const Query& query,
                                             const Dialect& dialect);

}  // namespace manage::orm
