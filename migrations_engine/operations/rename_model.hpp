// RenameModel: another name for a model. Its table, its join tables and what
// refers to it follow; no row is touched.
#pragma once

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class RenameModel : public ModelOperation {
 public:
  RenameModel(std::string old_name, std::string new_name);
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  /// name() is the old one.
  const std::string& new_name() const { return new_name_; }
  std::string new_name_lower() const;
  /// Gives a CreateModel the new name.
  void apply(orm::ModelDef& model) const;

  std::string_view type() const override { return "RenameModel"; }
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
  ModelNames own_models() const override;
  Reduction reduce(const Operation& later, std::string_view app) const override;

 private:
  std::string new_name_;
};

}  // namespace manage::migrations_engine
