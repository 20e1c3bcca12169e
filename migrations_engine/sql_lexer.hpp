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

/// "?1", "?" or "$1" in a statement.
struct Placeholder {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t number = 0;
};

/// Those of `sign` outside quotes and comments, in order. Throws as split_sql
/// does.
std::vector<Placeholder> find_placeholders(std::string_view sql, char sign,
                                           bool nested_comments);

}  // namespace manage::migrations_engine
