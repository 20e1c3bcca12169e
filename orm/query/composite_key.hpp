// Keys that are made of several columns (CompositePrimaryKey): "pk" has no
// column of its own, so what is asked of it is asked of its parts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orm/query/q.hpp"
#include "orm/registry.hpp"

namespace manage::orm {

/// `lookups` of the key of `model`, which `prefix` leads to ("", "lines__"):
/// exact with a list of its parts, in with a list of such lists, isnull. Throws
/// "query.lookup" for others, "query.value" for what is no such list.
Q key_condition(const Model& model, const std::string& prefix,
                const std::vector<std::string>& lookups,
                const Operand& operand);

/// The key of a row as one value: a JSON list of its parts.
Value key_value(const std::vector<Value>& parts);

}  // namespace manage::orm
