#include <algorithm>

#include "migrations_engine/detection.hpp"
#include "migrations_engine/operations/add_constraint.hpp"
#include "migrations_engine/operations/add_index.hpp"
#include "migrations_engine/operations/alter_model_options.hpp"
#include "migrations_engine/operations/alter_unique_together.hpp"
#include "migrations_engine/operations/remove_constraint.hpp"
#include "migrations_engine/operations/remove_index.hpp"
#include "orm/meta_yaml.hpp"

namespace manage::migrations_engine {

namespace {

using Lists = std::vector<std::vector<std::string>>;

bool contains(const Lists& lists, const std::vector<std::string>& list) {
  return std::find(lists.begin(), lists.end(), list) != lists.end();
}

/// Lists of `a` that `b` has too, in the order of `a`.
Lists common(const Lists& a, const Lists& b) {
  Lists found;
  for (const std::vector<std::string>& list : a) {
    if (contains(b, list)) found.push_back(list);
  }
  return found;
}

/// The order of the lists does not matter.
bool same(const Lists& a, const Lists& b) {
  return common(a, b).size() == a.size() && common(b, a).size() == b.size();
}

/// The options that AlterModelOptions covers, less the labels unless tracked.
DataMap altered_options(const orm::ModelDef& model, bool with_labels) {
  DataMap found;
  for (const std::string& key : AlterModelOptions::keys()) {
    const orm::OptionSpec* spec = orm::find_option(key);
    if (spec && spec->label_only && !with_labels) continue;
    if (const Data* value = model.options.find(key)) found.set(key, *value);
  }
  return found;
}

/// Items of `a` that `b` does not have.
template <class Item>
std::vector<Item> missing(const std::vector<Item>& a,
                          const std::vector<Item>& b) {
  std::vector<Item> found;
  for (const Item& item : a) {
    if (std::find(b.begin(), b.end(), item) == b.end()) found.push_back(item);
  }
  return found;
}

}  // namespace

void Detection::alter_options() {
  for (const orm::ModelKey& key : kept_keys_) {
    bool labels = options_.track_non_db;
    if (altered_options(old_model(key), labels) ==
        altered_options(new_model(key), labels)) {
      continue;
    }
    generated_.add(key.app,
                   std::make_shared<AlterModelOptions>(
                       key.model, altered_options(new_model(key), true)));
  }
}

void Detection::compare_indexes() {
  for (const orm::ModelKey& key : kept_tables_) {
    const orm::ModelDef& before = old_model(key);
    const orm::ModelDef& after = new_model(key);
    index_changes_[key] = {
        missing(after.indexes, before.indexes),
        missing(before.indexes, after.indexes),
        missing(after.constraints, before.constraints),
        missing(before.constraints, after.constraints),
    };
  }
}

void Detection::remove_constraints() {
  for (const auto& [key, changes] : index_changes_) {
    for (const orm::ConstraintDef& constraint : changes.removed_constraints) {
      generated_.add(key.app, std::make_shared<RemoveConstraint>(
                                  key.model, constraint.name()));
    }
  }
}

void Detection::remove_indexes() {
  for (const auto& [key, changes] : index_changes_) {
    for (const orm::IndexDef& index : changes.removed_indexes) {
      generated_.add(key.app,
                     std::make_shared<RemoveIndex>(key.model, index.name()));
    }
  }
}

void Detection::reduce_unique_together() {
  // First to what stays, so that fields in what goes may be removed.
  for (const orm::ModelKey& key : kept_tables_) {
    Lists before = old_model(key).unique_together();
    Lists after = new_model(key).unique_together();
    if (same(before, after) || before.empty()) continue;
    Lists stays = common(before, after);
    if (stays.size() == before.size()) continue;
    generated_.add(key.app, std::make_shared<AlterUniqueTogether>(
                                key.model, std::move(stays)));
  }
}

void Detection::extend_unique_together() {
  for (const orm::ModelKey& key : kept_tables_) {
    const orm::ModelDef& model = new_model(key);
    Lists before = old_model(key).unique_together();
    Lists after = model.unique_together();
    if (same(common(after, before), after)) continue;
    OperationDependencies dependencies;
    for (const std::vector<std::string>& list : after) {
      for (const std::string& name : list) {
        const orm::FieldDef* field = model.find_field(name);
        if (!field || !field->is_relation()) continue;
        for (OperationDependency& one : relation_dependencies(*field)) {
          dependencies.push_back(std::move(one));
        }
      }
    }
    generated_.add(key.app,
                   std::make_shared<AlterUniqueTogether>(key.model, after),
                   std::move(dependencies));
  }
}

void Detection::add_indexes() {
  for (const auto& [key, changes] : index_changes_) {
    for (const orm::IndexDef& index : changes.added_indexes) {
      generated_.add(key.app, std::make_shared<AddIndex>(key.model, index),
                     model_dependencies(new_model(key)));
    }
  }
}

void Detection::add_constraints() {
  for (const auto& [key, changes] : index_changes_) {
    for (const orm::ConstraintDef& constraint : changes.added_constraints) {
      generated_.add(key.app,
                     std::make_shared<AddConstraint>(key.model, constraint),
                     model_dependencies(new_model(key)));
    }
  }
}

}  // namespace manage::migrations_engine
