// PostgreSQL's error fields as errors of ours: the one place that knows
// SQLSTATEs.
#pragma once

#include "orm/connection.hpp"

struct pg_conn;
struct pg_result;

namespace manage::orm {

/// The error that `result` carries, with the code that connection.hpp lists.
/// `result` may be nullptr where libpq gave none.
DatabaseError postgresql_error(pg_conn* handle, const pg_result* result,
                               const std::string& alias);

}  // namespace manage::orm
