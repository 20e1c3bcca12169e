// AddField: a column, or the join table of a many-to-many field.
#pragma once

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class AddField : public FieldOperation {
 public:
  /// Without `preserve_default` the default only fills the existing rows.
  /// `not_valid`: its foreign key is not checked for them (PostgreSQL).
  AddField(std::string model_name, orm::FieldDef field, bool preserve_default,
           bool not_valid = false);
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  const orm::FieldDef* field() const override { return &field_; }
  bool preserve_default() const { return preserve_default_; }

  std::string_view type() const override { return "AddField"; }
  char symbol() const override { return '+'; }
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
