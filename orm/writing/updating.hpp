// Rows are changed where they are: Django's (5.2) QuerySet.update().
#pragma once

#include <cstdint>

#include "orm/query/query_set.hpp"
#include "orm/writing/given.hpp"

namespace manage::orm {

/// Gives fields of the rows new values in one statement; the number of rows
/// that met the conditions. Expressions may refer to the model's own columns:
/// {"stock", F("stock") + 1}. Fields of a parent's table are changed there, by
/// the keys of the rows. No signals, no auto_now.
///
/// Errors: "query.sliced", "query.combined" for rows that cannot be changed so;
/// "query.field" for what is no column, "query.value", "query.expression" for
/// values; "database.…" of constraints.
std::int64_t update(const QuerySet& rows, const GivenList& given,
                    const Databases& databases);

}  // namespace manage::orm
