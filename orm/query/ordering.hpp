// The order of a query, from names and expressions.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "orm/query/query.hpp"

namespace manage::orm {

/// A path ("-price", "author__name", "?"), or an expression.
struct Ordering {
  std::string path;
  OrderTerm term = {};

  Ordering(const char* name) : path(name) {}
  Ordering(std::string name) : path(std::move(name)) {}
  Ordering(OrderTerm by) : term(std::move(by)) {}
};

/// "-author" orders by the author's own meta.ordering, backwards; of a model
/// without one by its key. "author_id" and "author__pk" are the key itself, a
/// name of an annotation what it stands for, "?" is any order. Of combined rows
/// only what they have can be named. Throws "query.field", and "query.ordering"
/// where models order by each other in a circle.
std::vector<OrderTerm> make_order(Query& query,
                                  const std::vector<Ordering>& order);

/// The model's meta.ordering; `_order` with order_with_respect_to.
std::vector<Ordering> default_ordering(const Model& model);

}  // namespace manage::orm
