// RenameField: another name for a field. Its column keeps what is in it, and
// indexes, constraints and computed columns go on using it.
#pragma once

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class RenameField : public FieldOperation {
 public:
  RenameField(std::string model_name, std::string old_name,
              std::string new_name);
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  /// name() is the old one.
  const std::string& new_name() const { return new_name_; }
  /// In a model that has the old one.
  void apply(orm::ModelDef& model) const;

  std::string_view type() const override { return "RenameField"; }
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
  bool references_field(std::string_view model, std::string_view field,
                        std::string_view app) const override;
  Reduction reduce(const Operation& later, std::string_view app) const override;

 private:
  std::string new_name_;
};

}  // namespace manage::migrations_engine
