#include "migrations_engine/generated.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "core/text.hpp"
#include "migrations_engine/operations/alter_order_with_respect_to.hpp"
#include "migrations_engine/operations/alter_together.hpp"
#include "migrations_engine/operations/create_model.hpp"
#include "migrations_engine/operations/rename_field.hpp"
#include "migrations_engine/operations/rename_model.hpp"
#include "migrations_engine/operations/separate_database_and_state.hpp"
#include "migrations_engine/optimizer.hpp"

namespace manage::migrations_engine {

namespace {

/// Orders as Python's graphlib does, which decides the order of operations in
/// Django 5: what is ready comes in the order in which it was first mentioned,
/// then what that made ready, in the order in which it became so.
class TopologicalOrder {
 public:
  explicit TopologicalOrder(std::size_t size)
      : followers_(size), waiting_for_(size, 0), mentioned_(size, false) {}

  void mention(std::size_t node) {
    if (mentioned_[node]) return;
    mentioned_[node] = true;
    order_.push_back(node);
  }

  void add_edge(std::size_t node, std::size_t before) {
    mention(node);
    mention(before);
    followers_[before].push_back(node);
    ++waiting_for_[node];
  }

  /// nullopt if there is a circle.
  std::optional<std::vector<std::size_t>> result() {
    std::vector<std::size_t> done;
    for (std::size_t node : order_) {
      if (waiting_for_[node] == 0) done.push_back(node);
    }
    for (std::size_t i = 0; i < done.size(); ++i) {
      for (std::size_t follower : followers_[done[i]]) {
        if (--waiting_for_[follower] == 0) done.push_back(follower);
      }
    }
    if (done.size() != order_.size()) return std::nullopt;
    return done;
  }

 private:
  std::vector<std::vector<std::size_t>> followers_;
  std::vector<int> waiting_for_;
  std::vector<bool> mentioned_;
  std::vector<std::size_t> order_;
};

Error circular(const std::vector<std::string>& descriptions) {
  return Error("migrations.circular",
               fmt::format("these changes depend on each other in a circle: {}",
                           text::join(descriptions, "; ")))
      .hint("make them in two steps, with makemigrations after each");
}

/// Whether it sets unique_together or index_together to lists without a field.
bool drops_from_together(const ModelOperation& operation,
                         const std::string& field) {
  auto* together = dynamic_cast<const AlterTogether*>(&operation);
  return together && !has_field(together->lists(), field);
}

/// The models of an app that a migration takes away, or gives another name or
/// table.
void add_lost_names(const Operation& operation, ModelNames& names) {
  if (auto* both = dynamic_cast<const SeparateDatabaseAndState*>(&operation)) {
    for (const OperationPtr& one : both->state_operations()) {
      add_lost_names(*one, names);
    }
  }
  const std::string_view type = operation.type();
  if (type == "DeleteModel" || type == "RenameModel" ||
      type == "AlterModelTable") {
    names.insert(static_cast<const ModelOperation&>(operation).name_lower());
  }
}

/// The models of the app that an operation, of whichever app, points to.
void add_targets(const Operation& operation, std::string_view app,
                 ModelNames& names) {
  if (auto* both = dynamic_cast<const SeparateDatabaseAndState*>(&operation)) {
    for (const OperationPtr& one : both->state_operations()) {
      add_targets(*one, app, names);
    }
  } else if (auto* create = dynamic_cast<const CreateModel*>(&operation)) {
    add_mentioned(create->model(), app, names);
  } else if (auto* field = dynamic_cast<const FieldOperation*>(&operation)) {
    if (field->field()) add_mentioned(*field->field(), app, names);
  }
}

bool have_common(const ModelNames& a, const ModelNames& b) {
  return std::any_of(a.begin(), a.end(),
                     [&](const std::string& name) { return b.contains(name); });
}

void add_unique(std::vector<Dependency>& list, Dependency dependency) {
  if (std::find(list.begin(), list.end(), dependency) == list.end()) {
    list.push_back(std::move(dependency));
  }
}

}  // namespace

bool OperationDependency::satisfied_by(const Operation& operation) const {
  if (auto* both = dynamic_cast<const SeparateDatabaseAndState*>(&operation)) {
    const Operations& all = both->state_operations();
    return std::any_of(all.begin(), all.end(), [this](const OperationPtr& one) {
      return satisfied_by(*one);
    });
  }
  if (auto* on_model = dynamic_cast<const ModelOperation*>(&operation)) {
    return satisfied_by_model(*on_model);
  }
  if (auto* on_field = dynamic_cast<const FieldOperation*>(&operation)) {
    return satisfied_by_field(*on_field);
  }
  std::string_view type = operation.type();
  if (auto* on_index = dynamic_cast<const IndexOperation*>(&operation)) {
    return kind == Kind::kIndexRemoved &&
           on_index->model_name_lower() == model.model &&
           (type == "RemoveIndex" || type == "RemoveConstraint");
  }
  return false;
}

bool OperationDependency::satisfied_by_model(
    const ModelOperation& operation) const {
  std::string_view type = operation.type();
  if (auto* rename = dynamic_cast<const RenameModel*>(&operation)) {
    return rename->new_name_lower() == model.model &&
           (kind == Kind::kModelCreated || kind == Kind::kModelRenamed);
  }
  if (operation.name_lower() != model.model) return false;
  switch (kind) {
    case Kind::kModelCreated:
    case Kind::kModelNew:
      return type == "CreateModel";
    case Kind::kModelRemoved:
      return type == "DeleteModel";
    case Kind::kTableRenamed:
      return type == "AlterModelTable";
    case Kind::kTogetherChanged:
      return drops_from_together(operation, field);
    case Kind::kOrderUnset: {
      auto* order = dynamic_cast<const AlterOrderWithRespectTo*>(&operation);
      return order && order->field() != field;
    }
    case Kind::kFieldCreated: {
      auto* create = dynamic_cast<const CreateModel*>(&operation);
      return create && create->model().find_field(field);
    }
    default:
      return false;
  }
}

bool OperationDependency::satisfied_by_field(
    const FieldOperation& operation) const {
  std::string_view type = operation.type();
  if (operation.model_name_lower() != model.model) return false;
  if (auto* rename = dynamic_cast<const RenameField*>(&operation)) {
    return rename->new_name() == field &&
           (kind == Kind::kFieldCreated || kind == Kind::kFieldRenamed);
  }
  if (operation.name() != field) return false;
  return (kind == Kind::kFieldCreated && type == "AddField") ||
         (kind == Kind::kFieldRemoved && type == "RemoveField") ||
         (kind == Kind::kFieldAltered && type == "AlterField");
}

void GeneratedOperations::add(const std::string& app, OperationPtr operation,
                              OperationDependencies dependencies) {
  items_[app].push_back({std::move(operation), std::move(dependencies)});
}

void GeneratedOperations::add_first(const std::string& app,
                                    OperationPtr operation,
                                    OperationDependencies dependencies) {
  items_[app].push_front({std::move(operation), std::move(dependencies)});
}

std::vector<std::size_t> GeneratedOperations::order_of(const Edges& edges,
                                                       const Items& items,
                                                       bool all) {
  TopologicalOrder order(items.size());
  auto edge = edges.begin();
  for (std::size_t i = 0; i < items.size(); ++i) {
    order.mention(i);
    for (; edge != edges.end() && edge->later == i; ++edge) {
      if (all || !edge->unless_met) order.add_edge(i, edge->earlier);
    }
  }
  if (auto sorted = order.result()) return *std::move(sorted);
  std::vector<std::string> descriptions;
  for (const Item& item : items) {
    descriptions.push_back(item.operation->describe());
  }
  throw circular(descriptions);
}

std::vector<std::size_t> GeneratedOperations::order_of(const std::string& app,
                                                       const Items& items) {
  std::map<std::string, std::vector<std::size_t>> about;
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (const std::string& model : items[i].operation->own_models()) {
      about[model].push_back(i);
    }
  }
  Edges edges;
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (const OperationDependency& dependency : items[i].dependencies) {
      if (dependency.model.app != app) continue;
      const auto found = about.find(dependency.model.model);
      if (found == about.end()) continue;
      for (std::size_t j : found->second) {
        if (!dependency.satisfied_by(*items[j].operation)) continue;
        edges.push_back({i, j, dependency.unless_met});
      }
    }
  }
  std::vector<std::size_t> order = order_of(edges, items, false);
  std::vector<std::size_t> place(items.size());
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  const bool met = std::all_of(edges.begin(), edges.end(), [&](Edge edge) {
    return place[edge.earlier] < place[edge.later];
  });
  return met ? order : order_of(edges, items, true);
}

void GeneratedOperations::sort() {
  for (auto& [app, items] : items_) {
    Items in_order;
    for (std::size_t i : order_of(app, items)) {
      for (const std::string& model : items[i].operation->own_models()) {
        pending_[{app, model}].push_back(items[i].operation);
      }
      in_order.push_back(std::move(items[i]));
    }
    items = std::move(in_order);
  }
}

bool GeneratedOperations::pending(const OperationDependency& dependency) const {
  const auto found = pending_.find(dependency.model);
  return found != pending_.end() &&
         std::any_of(found->second.begin(), found->second.end(),
                     [&](const OperationPtr& operation) {
                       return dependency.satisfied_by(*operation);
                     });
}

std::optional<std::vector<Dependency>> GeneratedOperations::outside(
    const std::string& app, const Item& item, const MigrationGraph& graph,
    bool chop) const {
  std::vector<Dependency> found;
  for (const OperationDependency& dependency : item.dependencies) {
    const std::string& other = dependency.model.app;
    if (other == app) continue;
    if (pending(dependency)) return std::nullopt;
    auto cut = migrations_.find(other);
    if (dependency.swappable) {
      found.push_back({{}, true, {}});
    } else if (cut != migrations_.end()) {
      found.push_back({cut->second.back().key, false, {}});
    } else if (!chop) {
      // Its app may still get a migration in this pass.
      return std::nullopt;
    } else if (std::vector<MigrationKey> leaves = graph.leaves(other);
               !leaves.empty()) {
      found.push_back({leaves.front(), false, {}});
    } else {
      found.push_back({{other, "__first__"}, false, {}});
    }
  }
  return found;
}

void GeneratedOperations::add_history(Migration& migration,
                                      const MigrationGraph& graph) {
  ModelNames names;
  for (const OperationPtr& operation : migration.operations) {
    add_lost_names(*operation, names);
  }
  if (names.empty()) return;
  std::set<std::string> apps;
  for (const MigrationKey& key : graph.keys()) {
    if (key.app == migration.key.app) continue;
    ModelNames targets;
    for (const OperationPtr& operation : graph.get(key).operations) {
      add_targets(*operation, migration.key.app, targets);
    }
    if (have_common(names, targets)) apps.insert(key.app);
  }
  for (const Dependency& dependency : migration.dependencies) {
    apps.erase(dependency.key.app);
  }
  for (const std::string& app : apps) {
    migration.dependencies.push_back({graph.leaves(app).front(), false, {}});
  }
}

bool GeneratedOperations::cut(const std::string& app,
                              const MigrationGraph& graph, bool chop) {
  Items& items = items_[app];
  std::vector<Dependency> dependencies;
  std::size_t count = 0;
  for (; count < items.size(); ++count) {
    auto needed = outside(app, items[count], graph, chop);
    if (!needed) break;
    for (Dependency& dependency : *needed) {
      add_unique(dependencies, std::move(dependency));
    }
  }
  if (count == 0 || (count < items.size() && !chop)) return false;
  Migration migration;
  std::vector<Migration>& siblings = migrations_[app];
  migration.key = {app, fmt::format("auto_{}", siblings.size() + 1)};
  migration.initial = graph.leaves(app).empty();
  migration.dependencies = std::move(dependencies);
  for (std::size_t i = 0; i < count; ++i) {
    const OperationPtr& operation = items[i].operation;
    for (const std::string& model : operation->own_models()) {
      std::erase(pending_[{app, model}], operation);
    }
    migration.operations.push_back(operation);
  }
  add_history(migration, graph);
  items.erase(items.begin(),
              items.begin() + static_cast<std::ptrdiff_t>(count));
  siblings.push_back(std::move(migration));
  return true;
}

bool GeneratedOperations::bring_forward(const MigrationGraph& graph) {
  bool found = false;
  for (auto& entry : items_) {
    const std::string& app = entry.first;
    auto& items = entry.second;
    Items ready;
    Items held;
    const auto passes = [&](const Item& item, const Item& earlier) {
      return relate(*earlier.operation, *item.operation, app).kind ==
                 Reduction::Kind::kPass &&
             std::none_of(item.dependencies.begin(), item.dependencies.end(),
                          [&](const OperationDependency& one) {
                            return one.model.app == app &&
                                   one.satisfied_by(*earlier.operation);
                          });
    };
    for (Item& item : items) {
      const bool may_go =
          outside(app, item, graph, true) &&
          std::all_of(held.begin(), held.end(), [&](const Item& earlier) {
            return passes(item, earlier);
          });
      (may_go ? ready : held).push_back(std::move(item));
    }
    found = found || !ready.empty();
    std::move(held.begin(), held.end(), std::back_inserter(ready));
    items = std::move(ready);
  }
  return found;
}

Operations GeneratedOperations::with_those_before(
    const Operations& operations) const {
  Operations all;
  for (const OperationPtr& operation : operations) {
    const auto found = before_.find(operation.get());
    if (found != before_.end()) {
      for (const OperationPtr& one : found->second) {
        // It may stand before several, and is done once.
        if (std::find(all.begin(), all.end(), one) == all.end()) {
          all.push_back(one);
        }
      }
    }
    all.push_back(operation);
  }
  return all;
}

std::size_t GeneratedOperations::left() const {
  std::size_t count = 0;
  for (const auto& [app, items] : items_) count += items.size();
  return count;
}

std::map<std::string, std::vector<Migration>> GeneratedOperations::migrations(
    const MigrationGraph& graph) && {
  sort();
  // First whole apps only; when a pass places nothing, one app is chopped; if
  // that is impossible, what need not wait goes before what does.
  bool chop = false;
  while (left() > 0) {
    std::size_t before = left();
    for (auto& [app, items] : items_) {
      if (!items.empty() && cut(app, graph, chop)) chop = false;
    }
    if (left() < before) continue;
    if (chop && !bring_forward(graph)) {
      std::vector<std::string> descriptions;
      for (const auto& [app, items] : items_) {
        for (const Item& item : items) {
          descriptions.push_back(item.operation->describe());
        }
      }
      throw circular(descriptions);
    }
    chop = true;
  }
  for (auto& [app, list] : migrations_) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i > 0) add_unique(list[i].dependencies, {list[i - 1].key, false, {}});
      list[i].operations =
          with_those_before(optimize(std::move(list[i].operations), app));
    }
  }
  return std::move(migrations_);
}

}  // namespace manage::migrations_engine
