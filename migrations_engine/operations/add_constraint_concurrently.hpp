// AddConstraintConcurrently: a UNIQUE that takes over an index which was built
// while others write (PostgreSQL). Where the database cannot do that, it is
// made as AddConstraint makes it.
#pragma once

#include "migrations_engine/operations/add_constraint.hpp"

namespace manage::migrations_engine {

class AddConstraintConcurrently : public AddConstraint {
 public:
  using AddConstraint::AddConstraint;
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  std::string_view type() const override { return "AddConstraintConcurrently"; }
  bool concurrent() const override { return true; }
  std::string describe() const override;
  void database_forwards(std::string_view app, orm::SchemaEditor& editor,
                         const ProjectState& from,
                         const ProjectState& to) const override;
  void database_backwards(std::string_view app, orm::SchemaEditor& editor,
                          const ProjectState& from,
                          const ProjectState& to) const override;

 protected:
  OperationPtr with(orm::ConstraintDef constraint) const override;
};

}  // namespace manage::migrations_engine
