// The tables of a query and how they are joined.
//
// An alias is a number: 0 is the model the query is about. Which joins are used
// again, and which are outer joins, follows Django 5.2 (Query.join,
// promote_joins, demote_joins).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "orm/query/expr.hpp"
#include "orm/registry.hpp"

namespace manage::orm {

struct Join {
  const Model* model = nullptr;
  std::string name;  ///< of the alias, for SQL; unquoted
  int parent = -1;   ///< -1: the first table
  JoinStep step;     ///< from the parent
  bool outer = false;
  /// By how many parts of the query; without any it is left out.
  int uses = 0;
  /// What must hold too for a row to be joined (FilteredRelation).
  ExprPtr condition = nullptr;
  std::string filter = {};  ///< the name of that condition
};

using Aliases = std::set<int>;

class JoinTree {
 public:
  explicit JoinTree(const Model& model);

  const std::vector<Join>& all() const { return joins_; }
  const Join& at(int alias) const {
    return joins_[static_cast<std::size_t>(alias)];
  }

  /// The join of `parent` along `step`: one that is there already, if it is
  /// among `reusable` (nullptr: any), else a new one. `filter`: the name of the
  /// condition that it has, and those of other names have not.
  int join(int parent, const JoinStep& step, const Aliases* reusable,
           const std::string& filter = {});
  void set_condition(int alias, ExprPtr condition) {
    mutable_at(alias).condition = std::move(condition);
  }
  void rewrite_conditions(const std::function<ExprPtr(ExprPtr)>& change);
  void unuse(int alias) { --mutable_at(alias).uses; }

  /// Makes outer joins of them, and of what hangs on them, where rows may be
  /// missing.
  void promote(const Aliases& aliases);
  /// Makes inner joins of them, and of those they hang on.
  void demote(const Aliases& aliases);
  Aliases inner_joins() const;

  /// The first table from now on. What comes before it is left out.
  void start_at(int alias);

 private:
  Join& mutable_at(int alias) {
    return joins_[static_cast<std::size_t>(alias)];
  }
  std::string new_name(const std::string& table) const;

  std::vector<Join> joins_;
};

}  // namespace manage::orm
