// A query that is resolved: its joins, conditions and order. A value; QuerySet
// changes copies of it, the compiler makes SQL of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/query/expr.hpp"
#include "orm/query/join_tree.hpp"

namespace manage::orm {

/// What a SELECT answers with, and which field reads it.
struct Selected {
  std::string name;
  ExprPtr expr;
};

/// An expression with a name, for conditions, orders and results.
struct Annotation {
  std::string name;
  ExprPtr expr;
  bool selected = true;  ///< false: alias()
};

/// Rows that stay locked until the end of the transaction.
struct RowLock {
  bool nowait = false;
  bool skip_locked = false;
  bool no_key = false;
  std::vector<int> of;  ///< aliases; empty: all
};

enum class Combinator { kNone, kUnion, kUnionAll, kIntersection, kDifference };

/// A query that stands before another one, with a name (WITH).
struct CommonTable {
  std::string name;
  std::shared_ptr<const Query> query;
  /// What is added again and again; nullptr: not recursive.
  std::shared_ptr<const Query> step;
  bool keep_duplicates = true;  ///< UNION ALL
  std::optional<bool> materialized;
};

/// A relation with a condition, by a name of its own.
struct FilteredRelation {
  std::string name;
  std::string path;  ///< of the relation
  std::shared_ptr<const Q> condition;
};

struct Query {
  Query(const Registry& models, const Model& about)
      : registry(&models), model(&about), joins(about) {}

  const Registry* registry;
  const Model* model;
  JoinTree joins;
  ExprPtr where;  ///< nullptr: every row. Aggregates in it become HAVING
  std::vector<Annotation> annotations;
  std::vector<FilteredRelation> filtered;
  std::vector<Selected> selected;
  /// nullopt: rows are not grouped. Else by these, and by what is selected.
  std::optional<ExprList> group_by;
  std::vector<OrderTerm> order;
  bool distinct = false;
  ExprList distinct_on;
  std::int64_t offset = 0;
  std::optional<std::int64_t> limit;
  std::optional<RowLock> lock;
  /// Of these the rows are made, instead of the model's table.
  Combinator combinator = Combinator::kNone;
  std::vector<std::shared_ptr<const Query>> combined;
  /// A subquery that takes the place of the first table, and its name.
  std::shared_ptr<const Query> source;
  std::string source_name;
  /// The model, if it is none of the registry's (rows_model.hpp): of `source`,
  /// or of the common table that has its name.
  std::shared_ptr<const Model> own_model;
  std::vector<CommonTable> common_tables;

  /// About the same rows, with nothing asked of them yet.
  Query anew() const;
  const FilteredRelation* find_filtered(std::string_view name) const;
  const Annotation* find_annotation(std::string_view name) const;
  bool sliced() const { return limit.has_value() || offset > 0; }
  bool grouped() const { return group_by.has_value(); }
};

/// Every expression of the query replaced by what `change` makes of it.
void rewrite_all(Query& query, const std::function<ExprPtr(ExprPtr)>& change);

}  // namespace manage::orm
