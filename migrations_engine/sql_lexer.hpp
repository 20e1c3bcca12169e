// Splits a text of SQL into statements, as far as both databases' syntax needs:
// quotes, identifiers, comments, dollar quotes, parentheses, and the BEGIN …
// END of a trigger or a routine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace manage::migrations_engine {

/// The statements without their semicolons, trimmed; those made only of
/// comments and space are left out. `nested_comments`: whether a comment ends
/// only with those inside it. Throws Error "migrations.sql" for a quote or a
/// comment that does not end.
std::vector<std::string> split_sql(std::string_view sql, bool nested_comments);

}  // namespace manage::migrations_engine
