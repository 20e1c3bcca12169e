// Relations that are joined with a condition (Django's FilteredRelation).
#pragma once

#include "orm/query/path.hpp"
#include "orm/query/query.hpp"

namespace manage::orm {

/// What must hold of the rows of `target`, joined as `alias`. The paths of the
/// condition begin with the relation, and go no further than its model. Throws
/// Error "query.condition" for others, and for subqueries.
ExprPtr filtered_condition(const Query& query, const FilteredRelation& relation,
                           const Model& target, int alias);

}  // namespace manage::orm
