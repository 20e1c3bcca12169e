// What may stand between a field and a lookup: published__year, data__a__0.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orm/query/expr.hpp"

namespace manage::orm {

/// The expression with the transform of that name; nullptr if values of its
/// kind have none of that name.
ExprPtr apply_transform(const ExprPtr& expr, std::string_view name);

/// With all of them, in order. Throws "query.lookup", naming `path`.
ExprPtr apply_transforms(std::string_view path, ExprPtr expr,
                         const std::vector<std::string>& names);

/// Names of the transforms that values of this kind have, for messages.
std::vector<std::string> transform_names(std::optional<FieldKind> kind);

}  // namespace manage::orm
