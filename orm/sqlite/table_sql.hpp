// The constraints in the text of a CREATE TABLE statement: SQLite's pragmas
// know neither CHECKs nor the names of inline constraints.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orm/catalog.hpp"

namespace manage::orm {

/// Every constraint of the statement in its order, those of columns included.
/// `columns` are the table's column names: of a CHECK, the ones it mentions are
/// reported. `sql` is a CHECK's expression and otherwise empty. A text that is
/// not such a statement has none.
std::vector<ConstraintInfo> constraints_in(
    std::string_view create_table, const std::vector<std::string>& columns);

}  // namespace manage::orm
