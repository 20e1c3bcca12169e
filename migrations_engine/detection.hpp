// The comparison of two states, step by step. Private to the autodetector:
// each of the files detection_*.cpp holds one group of steps.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "migrations_engine/autodetector.hpp"
#include "migrations_engine/generated.hpp"

namespace manage::migrations_engine {

class Detection {
 public:
  Detection(const ProjectState& from, const ProjectState& to,
            Questioner& questioner, const DetectOptions& options);

  /// Runs every step, in the order that decides the order of operations.
  GeneratedOperations run() &&;

 private:
  using Keys = std::set<orm::ModelKey>;
  struct FieldKey {
    orm::ModelKey model;
    std::string field;
    auto operator<=>(const FieldKey&) const = default;
  };
  /// What changed in a model's indexes and constraints.
  struct IndexChanges {
    std::vector<orm::IndexDef> added_indexes;
    std::vector<orm::IndexDef> removed_indexes;
    std::vector<OperationPtr> renamed_indexes;
    std::vector<orm::ConstraintDef> added_constraints;
    std::vector<orm::ConstraintDef> removed_constraints;
    std::vector<orm::ConstraintDef> altered_constraints;
  };
  struct ModelOperationOf {
    orm::ModelKey model;
    OperationPtr operation;
  };

  void compare_models();
  /// An operation on the model, after its renaming if that has to wait.
  void add(const orm::ModelKey& key, OperationPtr operation,
           OperationDependencies dependencies = {});

  // detection_renames.cpp
  void rename_models();
  std::optional<orm::ModelKey> old_key_of(const orm::ModelKey& added);
  bool model_is_gone(const orm::ModelKey& key) const;
  /// Models that are gone and have this shape.
  std::vector<orm::ModelKey> gone_of_shape(
      const std::vector<std::string>& shape);
  void rename_model(const orm::ModelKey& gone, const orm::ModelKey& added);
  bool waits_for_new_models(const std::string& app,
                            const OperationDependencies& dependencies) const;
  void rename_fields();
  std::optional<std::string> old_name_of(const orm::ModelKey& key,
                                         const std::string& added);
  std::optional<std::string> carried_link(const orm::ModelDef& before,
                                          const orm::FieldDef& added) const;
  void rename_field(const orm::ModelKey& key, const std::string& gone,
                    const std::string& added);
  void add_field_renames();

  // detection_moves.cpp
  void move_model(const orm::ModelKey& gone, const orm::ModelKey& added);
  void refuse_children(const orm::ModelKey& gone,
                       const orm::ModelKey& added) const;
  /// In the old app the model takes the name, the table and the index names
  /// that it will have in the new one; returns its key there.
  orm::ModelKey take_new_names(const orm::ModelKey& gone,
                               const orm::ModelKey& added);
  /// Points what refers to the old model to the new one.
  OperationDependencies follow_move(const orm::ModelKey& old_key,
                                    const orm::ModelKey& added);
  void prepare_move(const std::string& app, OperationPtr operation);

  // detection_models.cpp
  void refuse_what_no_operation_expresses() const;
  void delete_models(bool proxies);
  void delete_model(const orm::ModelKey& key, OperationDependencies after);
  void create_models(bool proxies);
  void create_model(const orm::ModelKey& key);
  void create_the_rest(const orm::ModelDef& model,
                       const std::vector<std::string>& later);
  /// What pointed to the model when it was a proxy points to a table of its
  /// own now.
  void repoint_relations(const orm::ModelKey& key);

  // detection_fields.cpp
  void compare_fields();
  void remove_fields();
  void remove_field(const FieldKey& key);
  /// What a computed field must come after: the new fields it is computed from.
  OperationDependencies source_dependencies(const orm::ModelKey& key,
                                            const orm::FieldDef& field) const;
  /// What an index or a constraint of the model must come after, beside the
  /// models that it points to: columns that come late.
  OperationDependencies late_columns(const orm::ModelKey& key) const;
  void add_fields();
  void add_field(const FieldKey& key);
  void alter_fields();
  void alter_field(const FieldKey& key);

  // detection_options.cpp
  void alter_options();
  void alter_comments();
  void alter_tables();
  void alter_orders();

  // detection_indexes.cpp
  void compare_indexes();
  void rename_indexes();
  void find_renamed_indexes();
  void find_altered_constraints();
  void alter_constraints();
  void remove_constraints();
  void remove_indexes();
  OperationDependencies index_dependencies(const orm::ModelKey& key) const;
  void reduce_unique_together();
  void extend_unique_together();
  void add_indexes();
  void add_constraints();

  const orm::ModelDef& old_model(const orm::ModelKey& key) const;
  const orm::ModelDef& new_model(const orm::ModelKey& key) const;
  /// What a relation must come after: its target, and its through model.
  OperationDependencies relation_dependencies(const orm::FieldDef& field) const;
  /// Those of every relation of the model.
  OperationDependencies model_dependencies(const orm::ModelDef& model) const;

  /// The old state, with renames and moves applied as they are found.
  ProjectState from_;
  const ProjectState& to_;
  Questioner& questioner_;
  const DetectOptions& options_;
  GeneratedOperations generated_;
  /// `kept_keys_` are those of both sides, unless a proxy became a table or the
  /// other way round; `kept_tables_` are those of `kept_keys_` that have a
  /// table on both sides: only their fields and indexes are compared, as in
  /// Django.
  Keys old_keys_, new_keys_, kept_keys_, kept_tables_;
  /// Renamed models by their new name, in their app.
  std::map<orm::ModelKey, orm::ModelKey> renamed_models_;
  /// New names of models whose renaming waits for models that are new.
  Keys late_renames_;
  std::vector<ModelOperationOf> field_renames_;
  std::set<FieldKey> old_fields_, new_fields_;
  std::map<orm::ModelKey, IndexChanges> index_changes_;
  /// What is gone, by shape, until the old state changes.
  std::optional<std::map<std::vector<std::string>, std::vector<orm::ModelKey>>>
      shapes_;
};

}  // namespace manage::migrations_engine
