// Functions that SQLite lacks and queries need. They belong to one connection,
// and nothing of a schema uses them: other programs can read the file.
#pragma once

struct sqlite3;

namespace manage::orm {

/// What each does with wrong arguments is what PostgreSQL's function of that
/// name does, or NULL. NULL gives NULL.
void add_functions(sqlite3* handle);

}  // namespace manage::orm
