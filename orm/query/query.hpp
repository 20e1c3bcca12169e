// A query that is resolved: its joins, conditions and order. A value; QuerySet
// changes copies of it, the compiler makes SQL of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orm/query/expr.hpp"
#include "orm/query/join_tree.hpp"

namespace manage::orm {

struct OrderTerm {
  ExprPtr expr;
  bool descending = false;
  std::optional<bool> nulls_first;  ///< nullopt: as the database does
};

/// What a SELECT answers with, and which field reads it.
struct Selected {
  std::string name;
  ExprPtr expr;
};

struct Query {
  Query(const Registry& models, const Model& about)
      : registry(&models), model(&about), joins(about) {}

  const Registry* registry;
  const Model* model;
  JoinTree joins;
  ExprPtr where;  ///< nullptr: every row
  std::vector<Selected> selected;
  std::vector<OrderTerm> order;
  bool distinct = false;
  std::int64_t offset = 0;
  std::optional<std::int64_t> limit;
};

}  // namespace manage::orm
