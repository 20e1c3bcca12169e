// The comparison of two states, step by step. Private to the autodetector:
// detection_models.cpp, detection_fields.cpp and detection_options.cpp hold one
// group of steps each.
#pragma once

#include <map>
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
    std::vector<orm::ConstraintDef> added_constraints;
    std::vector<orm::ConstraintDef> removed_constraints;
  };

  // detection_models.cpp
  void refuse_what_no_operation_expresses() const;
  void refuse_probable_model_renames();
  void delete_models();
  void delete_model(const orm::ModelKey& key);
  void create_models();
  void create_model(const orm::ModelKey& key);
  void create_the_rest(const orm::ModelDef& model,
                       const std::vector<std::string>& later);

  // detection_fields.cpp
  void compare_fields();
  void refuse_probable_field_renames();
  void remove_fields();
  void remove_field(const FieldKey& key);
  void add_fields();
  void add_field(const FieldKey& key);
  void alter_fields();
  void alter_field(const FieldKey& key);

  // detection_options.cpp
  void alter_options();
  void compare_indexes();
  void remove_constraints();
  void remove_indexes();
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

  const ProjectState& from_;
  const ProjectState& to_;
  Questioner& questioner_;
  const DetectOptions& options_;
  GeneratedOperations generated_;
  /// `kept_tables_` are those of `kept_keys_` that have a table on both sides:
  /// only their fields and indexes are compared, as in Django.
  Keys old_keys_, new_keys_, kept_keys_, kept_tables_;
  std::set<FieldKey> old_fields_, new_fields_;
  std::map<orm::ModelKey, IndexChanges> index_changes_;
};

}  // namespace manage::migrations_engine
