// AddConstraintNotValid: a CHECK for the rows that are written from now on;
// those there are, ValidateConstraint checks later (PostgreSQL).
#pragma once

#include "migrations_engine/operations/add_constraint.hpp"

namespace manage::migrations_engine {

class AddConstraintNotValid : public AddConstraint {
 public:
  using AddConstraint::AddConstraint;
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  std::string_view type() const override { return "AddConstraintNotValid"; }
  std::string describe() const override;
  std::string fragment() const override;
  void database_forwards(std::string_view app, orm::SchemaEditor& editor,
                         const ProjectState& from,
                         const ProjectState& to) const override;
  Reduction reduce(const Operation& later, std::string_view app) const override;
};

}  // namespace manage::migrations_engine
