// The order of a query, from names.
#pragma once

#include <string>
#include <vector>

#include "orm/query/query.hpp"

namespace manage::orm {

/// "-author" orders by the author's own meta.ordering, backwards; of a model
/// without one by its key. "author_id" and "author__pk" are the key itself.
/// "?" is not known here. Throws "query.field", and "query.ordering" where
/// models order by each other in a circle.
std::vector<OrderTerm> make_order(Query& query,
                                  const std::vector<std::string>& names);

/// The model's meta.ordering, as names. Entries that are expressions are left
/// out.
std::vector<std::string> default_ordering(const Model& model);

}  // namespace manage::orm
