// AddConstraint: one of meta.constraints.
#pragma once

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class AddConstraint : public IndexOperation {
 public:
  AddConstraint(std::string model_name, orm::ConstraintDef constraint);
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  const orm::ConstraintDef& constraint() const { return constraint_; }

  std::string_view type() const override { return "AddConstraint"; }
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

 protected:
  /// The same operation for another definition.
  virtual OperationPtr with(orm::ConstraintDef constraint) const;

 private:
  orm::ConstraintDef constraint_;
};

}  // namespace manage::migrations_engine
