// Splits a text of SQL into statements, as far as both databases' syntax needs:
// quotes, identifiers, comments, dollar quotes, and the BEGIN … END of a
// trigger.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace manage::migrations_engine {

/// The statements without their semicolons, trimmed; those made only of
/// comments and space are left out. An unterminated quote or comment ends with
/// the text: the database will say what is wrong with it.
std::vector<std::string> split_sql(std::string_view sql);

}  // namespace manage::migrations_engine
