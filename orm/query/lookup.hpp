// Comparisons of a query: which there are for a column, and what their right
// side must be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orm/query/expr.hpp"

namespace manage::orm {

/// What can be asked of a relation without going through it: author__isnull.
bool is_relation_lookup(std::string_view name);
std::vector<std::string> relation_lookups();

/// `operand` with its expressions resolved. `path` is for messages, `names` are
/// what stood after the column: transforms, and a lookup at the end; none:
/// exact. Values become those of the column's field.
///
/// Throws "query.lookup" with near names for what the column does not have, and
/// "query.value" for what is no value of it.
ExprPtr make_lookup(std::string_view path, const ExprPtr& left, bool relation,
                    const std::vector<std::string>& names,
                    const Operand& operand);

/// `value` as one of that kind: the text "2026-01-31" is a date, the number 3 a
/// decimal. `field` is for messages, and may be nullptr. Throws Error
/// "query.value".
Value value_for(std::string_view path, std::optional<FieldKind> kind,
                const FieldDef* field, Value value);

}  // namespace manage::orm
