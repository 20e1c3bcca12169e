#include <algorithm>

#include "migrations_engine/detection.hpp"
#include "migrations_engine/operations/add_constraint.hpp"
#include "migrations_engine/operations/add_index.hpp"
#include "migrations_engine/operations/alter_constraint.hpp"
#include "migrations_engine/operations/alter_index_together.hpp"
#include "migrations_engine/operations/model_edits.hpp"
#include "migrations_engine/operations/remove_constraint.hpp"
#include "migrations_engine/operations/remove_index.hpp"
#include "migrations_engine/operations/rename_index.hpp"

namespace manage::migrations_engine {

namespace {

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

/// What the database does not know of (Django's non_db_attrs).
orm::ConstraintDef for_database(orm::ConstraintDef constraint) {
  constraint.arguments.erase("violation_error_message");
  constraint.arguments.erase("violation_error_code");
  return constraint;
}

}  // namespace

void Detection::compare_indexes() {
  for (const orm::ModelKey& key : kept_tables_) {
    const orm::ModelDef& before = old_model(key);
    const orm::ModelDef& after = new_model(key);
    index_changes_[key] = {
        missing(after.indexes, before.indexes),
        missing(before.indexes, after.indexes),
        {},
        missing(after.constraints, before.constraints),
        missing(before.constraints, after.constraints),
        {},
    };
  }
  find_renamed_indexes();
  find_altered_constraints();
}

void Detection::find_renamed_indexes() {
  for (auto& item : index_changes_) {
    const orm::ModelKey& key = item.first;
    IndexChanges& changes = item.second;
    std::vector<std::vector<std::string>> unnamed =
        old_model(key).index_together();
    std::erase_if(changes.added_indexes, [&](const orm::IndexDef& added) {
      auto old_index = std::find_if(changes.removed_indexes.begin(),
                                    changes.removed_indexes.end(),
                                    [&](const orm::IndexDef& gone) {
                                      return is_same_but_for_name(gone, added);
                                    });
      if (old_index != changes.removed_indexes.end()) {
        changes.renamed_indexes.push_back(std::make_shared<RenameIndex>(
            key.model, added.name(), old_index->name(),
            std::vector<std::string>{}));
        changes.removed_indexes.erase(old_index);
        return true;
      }
      auto list = std::find(unnamed.begin(), unnamed.end(), added.fields());
      if (list == unnamed.end() || added.type != "Index" ||
          added.arguments.size() != 2) {
        return false;
      }
      changes.renamed_indexes.push_back(std::make_shared<RenameIndex>(
          key.model, added.name(), std::nullopt, *list));
      unnamed.erase(list);
      return true;
    });
    if (!unnamed.empty()) {
      changes.renamed_indexes.push_back(std::make_shared<AlterIndexTogether>(
          key.model, std::vector<std::vector<std::string>>{}));
    }
  }
}

void Detection::find_altered_constraints() {
  for (auto& item : index_changes_) {
    IndexChanges& changes = item.second;
    std::erase_if(
        changes.added_constraints, [&](const orm::ConstraintDef& added) {
          auto before =
              std::find_if(changes.removed_constraints.begin(),
                           changes.removed_constraints.end(),
                           [&](const orm::ConstraintDef& gone) {
                             return for_database(gone) == for_database(added);
                           });
          if (before == changes.removed_constraints.end()) return false;
          changes.altered_constraints.push_back(added);
          changes.removed_constraints.erase(before);
          return true;
        });
  }
}

void Detection::remove_constraints() {
  for (const auto& [key, changes] : index_changes_) {
    for (const orm::ConstraintDef& constraint : changes.removed_constraints) {
      add(key,
          std::make_shared<RemoveConstraint>(key.model, constraint.name()));
    }
  }
}

void Detection::remove_indexes() {
  for (const auto& [key, changes] : index_changes_) {
    for (const orm::IndexDef& index : changes.removed_indexes) {
      add(key, std::make_shared<RemoveIndex>(key.model, index.name()));
    }
  }
}

void Detection::rename_indexes() {
  for (const auto& [key, changes] : index_changes_) {
    for (const OperationPtr& rename : changes.renamed_indexes) add(key, rename);
  }
}

OperationDependencies Detection::index_dependencies(
    const orm::ModelKey& key) const {
  OperationDependencies found = model_dependencies(new_model(key));
  for (OperationDependency& one : late_columns(key)) {
    found.push_back(std::move(one));
  }
  return found;
}

void Detection::add_indexes() {
  for (const auto& [key, changes] : index_changes_) {
    for (const orm::IndexDef& index : changes.added_indexes) {
      add(key, std::make_shared<AddIndex>(key.model, index),
          index_dependencies(key));
    }
  }
}

void Detection::add_constraints() {
  for (const auto& [key, changes] : index_changes_) {
    for (const orm::ConstraintDef& constraint : changes.added_constraints) {
      add(key, std::make_shared<AddConstraint>(key.model, constraint),
          index_dependencies(key));
    }
  }
}

void Detection::alter_constraints() {
  for (const auto& [key, changes] : index_changes_) {
    for (const orm::ConstraintDef& constraint : changes.altered_constraints) {
      add(key, std::make_shared<AlterConstraint>(key.model, constraint));
    }
  }
}

}  // namespace manage::migrations_engine
