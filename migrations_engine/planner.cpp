#include "migrations_engine/planner.hpp"

#include <fmt/format.h>

namespace manage::migrations_engine {

namespace {

class StepList {
 public:
  StepList(const Loader& loader, std::set<MigrationKey> applied)
      : graph_(loader.graph()), applied_(std::move(applied)) {}

  void go_to(const Target& target) {
    if (!target.name) {
      for (const MigrationKey& root : graph_.roots(target.app)) undo(root);
      return;
    }
    MigrationKey key{target.app, *target.name};
    if (applied_.contains(key)) {
      // The target itself stays; its children in the app go, and with them
      // whatever needs them.
      for (const MigrationKey& child : graph_.children(key)) {
        if (child.app == key.app) undo(child);
      }
    } else {
      for (const MigrationKey& needed : graph_.forwards_plan(key)) {
        if (applied_.insert(needed).second) {
          steps_.push_back({graph_.find(needed), false});
        }
      }
    }
  }

  std::vector<Step> take() { return std::move(steps_); }

 private:
  /// Each in the state that it was applied in: in the reverse of the order in
  /// which all are applied, which is the one that states are made in.
  void undo(const MigrationKey& key) {
    const std::vector<MigrationKey> needed = graph_.backwards_plan(key);
    const std::set<MigrationKey> wanted(needed.begin(), needed.end());
    const std::vector<MigrationKey> order = graph_.full_plan();
    for (auto one = order.rbegin(); one != order.rend(); ++one) {
      if (wanted.contains(*one) && applied_.erase(*one) > 0) {
        steps_.push_back({graph_.find(*one), true});
      }
    }
  }

  const MigrationGraph& graph_;
  std::set<MigrationKey> applied_;
  std::vector<Step> steps_;
};

}  // namespace

std::vector<Target> latest(const Loader& loader,
                           std::optional<std::string_view> app) {
  std::vector<Target> targets;
  for (const MigrationKey& leaf : loader.graph().leaves()) {
    if (!app || leaf.app == *app) targets.push_back({leaf.app, leaf.name});
  }
  return targets;
}

std::vector<Step> plan_steps(const Loader& loader,
                             std::set<MigrationKey> applied,
                             const std::vector<Target>& targets) {
  StepList list(loader, std::move(applied));
  for (const Target& target : targets) list.go_to(target);
  return list.take();
}

void check_reversible(const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    if (!step.backwards) continue;
    for (const OperationPtr& operation : step.migration->operations) {
      if (operation->reversible()) continue;
      throw Error(
          "migrations.irreversible",
          fmt::format("{} cannot be undone: \"{}\" is irreversible",
                      step.migration->key.text(), operation->describe()))
          .at(operation->pos)
          .hint(
              "nothing was changed; give the operation its reverse, or "
              "migrate to a point after it");
    }
  }
}

}  // namespace manage::migrations_engine
