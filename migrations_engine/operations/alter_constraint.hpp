// AlterConstraint: a constraint says something else when it fails. The database
// does not know of that.
#pragma once

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class AlterConstraint : public IndexOperation {
 public:
  AlterConstraint(std::string model_name, orm::ConstraintDef constraint);
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  const orm::ConstraintDef& constraint() const { return constraint_; }

  std::string_view type() const override { return "AlterConstraint"; }
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
  orm::ConstraintDef constraint_;
};

}  // namespace manage::migrations_engine
