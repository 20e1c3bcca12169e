// AlterField: another definition for the same field.
#pragma once

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class AlterField : public FieldOperation {
 public:
  /// Without `preserve_default` the default only fills existing NULLs.
  /// `not_valid`: a new foreign key is not checked for the rows there are
  /// (PostgreSQL).
  AlterField(std::string model_name, orm::FieldDef field, bool preserve_default,
             bool not_valid = false);
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  const orm::FieldDef* field() const override { return &field_; }
  bool preserve_default() const { return preserve_default_; }
  /// Of one operation for it and an earlier one on the same field.
  bool not_valid_after(bool earlier) const;

  std::string_view type() const override { return "AlterField"; }
  char symbol() const override { return '~'; }
  std::string describe() const override;
  std::string fragment() const override;
  Data to_data() const override;
  void state_forwards(std::string_view app, ProjectState& state) const override;
  void database_forwards(std::string_view app, orm::SchemaEditor& editor,
                         const ProjectState& from,
                         const ProjectState& to) const override;
  void database_backwards(std::string_view app, orm::SchemaEditor& editor,
                          const ProjectState& from,
                          const ProjectState& to) const override;
  Reduction reduce(const Operation& later, std::string_view app) const override;

 private:
  orm::FieldDef field_;
  bool preserve_default_;
  bool not_valid_;
};

}  // namespace manage::migrations_engine
