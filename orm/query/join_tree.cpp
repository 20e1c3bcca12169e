#include "orm/query/join_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

namespace manage::orm {

JoinTree::JoinTree(const Model& model) {
  joins_.push_back({&model, model.table(), -1, {}, false, 1, nullptr, {}});
}

std::string JoinTree::new_name(const std::string& table) const {
  const bool taken = std::any_of(
      joins_.begin(), joins_.end(),
      [&](const Join& join) { return join.model->table() == table; });
  return taken ? fmt::format("T{}", joins_.size() + 1) : table;
}

int JoinTree::join(int parent, const JoinStep& step, const Aliases* reusable,
                   const std::string& filter) {
  // The newest of several, as Django.
  for (int alias = static_cast<int>(joins_.size()) - 1; alias > 0; --alias) {
    Join& known = mutable_at(alias);
    if (known.parent != parent || !(known.step == step)) continue;
    if (known.filter != filter) continue;
    if (reusable && !reusable->contains(alias)) continue;
    ++known.uses;
    return alias;
  }
  // With a condition even a row that must be there may be missing.
  const bool outer = step.nullable || at(parent).outer || !filter.empty();
  joins_.push_back({step.to, new_name(step.to->table()), parent, step, outer, 1,
                    nullptr, filter});
  return static_cast<int>(joins_.size()) - 1;
}

void JoinTree::rewrite_conditions(
    const std::function<ExprPtr(ExprPtr)>& change) {
  for (Join& join : joins_) {
    if (join.condition) join.condition = change(join.condition);
  }
}

void JoinTree::promote(const Aliases& aliases) {
  std::deque<int> rest(aliases.begin(), aliases.end());
  while (!rest.empty()) {
    const int alias = rest.front();
    rest.pop_front();
    Join& join = mutable_at(alias);
    if (join.parent < 0 || join.outer) continue;
    const bool may_miss = join.step.nullable || !join.filter.empty();
    if (!may_miss && !at(join.parent).outer) continue;
    join.outer = true;
    for (int other = 0; other < static_cast<int>(joins_.size()); ++other) {
      if (at(other).parent == alias) rest.push_back(other);
    }
  }
}

void JoinTree::demote(const Aliases& aliases) {
  std::deque<int> rest(aliases.begin(), aliases.end());
  while (!rest.empty()) {
    Join& join = mutable_at(rest.front());
    rest.pop_front();
    if (!join.outer) continue;
    join.outer = false;
    if (join.parent > 0 && at(join.parent).outer) {
      // An inner join below an outer one would make it an inner one anyway.
      rest.push_back(join.parent);
    }
  }
}

Aliases JoinTree::inner_joins() const {
  Aliases inner;
  for (int alias = 1; alias < static_cast<int>(joins_.size()); ++alias) {
    if (!at(alias).outer) inner.insert(alias);
  }
  return inner;
}

void JoinTree::start_at(int alias) {
  Join& join = mutable_at(alias);
  join.parent = -1;
  join.step = {};
  join.outer = false;
}

}  // namespace manage::orm
