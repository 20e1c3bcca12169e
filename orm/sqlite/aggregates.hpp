// Aggregates that SQLite lacks: STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP,
// ANY_VALUE, also in windows.
#pragma once

struct sqlite3;

namespace manage::orm {

void add_aggregates(sqlite3* handle);

}  // namespace manage::orm
