// A model that moves to another app keeps its table, and so its rows: the table
// gets its new name in the old app, the new app only learns of the model, what
// points to it is pointed to the new one, and the old app forgets it.
#include <fmt/format.h>

#include "migrations_engine/detection.hpp"
#include "migrations_engine/operations/alter_field.hpp"
#include "migrations_engine/operations/alter_model_table.hpp"
#include "migrations_engine/operations/create_model.hpp"
#include "migrations_engine/operations/delete_model.hpp"
#include "migrations_engine/operations/model_edits.hpp"
#include "migrations_engine/operations/rename_index.hpp"
#include "migrations_engine/operations/rename_model.hpp"
#include "migrations_engine/operations/separate_database_and_state.hpp"

namespace manage::migrations_engine {

namespace {

using Kind = OperationDependency::Kind;

/// The index of `model` that has another name than `index` should get.
const orm::IndexDef* find_index(const orm::ModelDef& model,
                                const orm::IndexDef& index) {
  for (const orm::IndexDef& other : model.indexes) {
    if (is_same_but_for_name(other, index)) return &other;
  }
  return nullptr;
}

}  // namespace

void Detection::move_model(const orm::ModelKey& gone,
                           const orm::ModelKey& added) {
  refuse_children(gone, added);
  const orm::ModelKey old_key = take_new_names(gone, added);
  // The new app learns of the model as it is now.
  const orm::ModelDef& target = new_model(added);
  orm::ModelDef moved = old_model(old_key);
  moved.app = added.app;
  if (!target.options.find("db_table")) moved.options.erase("db_table");
  for (orm::FieldDef& field : moved.fields) {
    repoint(field, old_key, added);
  }
  OperationDependencies after{{old_key, {}, Kind::kTableRenamed, false}};
  for (OperationDependency& one : model_dependencies(moved)) {
    if (one.model != added) after.push_back(std::move(one));
  }
  generated_.add(
      added.app,
      std::make_shared<SeparateDatabaseAndState>(
          Operations{}, Operations{std::make_shared<CreateModel>(moved)}),
      std::move(after));
  OperationDependencies users = follow_move(old_key, added);
  generated_.add(
      gone.app,
      std::make_shared<SeparateDatabaseAndState>(
          Operations{},
          Operations{std::make_shared<DeleteModel>(old_model(old_key).name)}),
      std::move(users));
  // From here on it is an old model of the new app.
  from_.remove_model(old_key);
  from_.add_model(std::move(moved));
}

void Detection::refuse_children(const orm::ModelKey& gone,
                                const orm::ModelKey& added) const {
  for (const auto& [key, model] : from_.models().all()) {
    for (const std::string& base : model->bases) {
      if (from_.models().resolve(base) != gone) continue;
      throw Error(
          "migrations.unsupported",
          fmt::format("{} cannot move to app {}: {} inherits from it",
                      old_model(gone).label(), added.app, model->label()))
          .at(new_model(added).pos)
          .hint(
              "leave it in its app, or write the migrations by hand with "
              "SeparateDatabaseAndState");
    }
  }
}

orm::ModelKey Detection::take_new_names(const orm::ModelKey& gone,
                                        const orm::ModelKey& added) {
  const orm::ModelDef& target = new_model(added);
  orm::ModelKey key = gone;
  if (old_model(gone).name != target.name) {
    prepare_move(gone.app, std::make_shared<RenameModel>(old_model(gone).name,
                                                         target.name));
    key.model = added.model;
  }
  const std::string table = to_.models().table(target);
  if (from_.models().table(old_model(key)) != table) {
    prepare_move(gone.app,
                 std::make_shared<AlterModelTable>(target.name, table));
  }
  for (const orm::IndexDef& index : target.indexes) {
    if (find_named(old_model(key).indexes, index.name())) continue;
    if (const auto* old_index = find_index(old_model(key), index)) {
      prepare_move(gone.app, std::make_shared<RenameIndex>(
                                 key.model, index.name(), old_index->name(),
                                 std::vector<std::string>{}));
    }
  }
  return key;
}

OperationDependencies Detection::follow_move(const orm::ModelKey& old_key,
                                             const orm::ModelKey& added) {
  // Without a statement: the table is the same.
  const OperationDependency there{added, {}, Kind::kModelCreated, false};
  OperationDependencies done{there};
  const ProjectState before = from_;
  for (const auto& [owner, model] : before.models().all()) {
    if (owner == old_key) continue;
    for (const orm::FieldDef& field : model->fields) {
      if (!field_references(field, old_key)) continue;
      orm::FieldDef repointed = field;
      repoint(repointed, old_key, added);
      auto operation =
          std::make_shared<AlterField>(owner.model, std::move(repointed), true);
      apply_to_state(*operation, owner.app, from_);
      generated_.add(owner.app, std::move(operation), {there});
      done.push_back({owner, field.name, Kind::kFieldAltered, false});
    }
  }
  return done;
}

void Detection::prepare_move(const std::string& app, OperationPtr operation) {
  apply_to_state(*operation, app, from_);
  generated_.add(app, std::move(operation));
}

}  // namespace manage::migrations_engine
