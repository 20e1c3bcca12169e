#include "migrations_engine/operations/add_constraint_concurrently.hpp"

#include <fmt/format.h>

#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

std::shared_ptr<Operation> AddConstraintConcurrently::read(
    ArgumentReader& arguments) {
  std::string model = arguments.text("model_name");
  orm::ConstraintDef constraint = arguments.constraint("constraint");
  if (!constraint.type.empty() && constraint.type != "UniqueConstraint") {
    arguments.diagnostics().add(
        "migrations.operation", constraint.pos,
        fmt::format(
            "AddConstraintConcurrently takes a UniqueConstraint, not a {}",
            constraint.type),
        "AddConstraint makes any constraint; a CheckConstraint keeps nobody "
        "waiting by AddConstraintNotValid and ValidateConstraint");
  }
  return std::make_shared<AddConstraintConcurrently>(std::move(model),
                                                     std::move(constraint));
}

std::string AddConstraintConcurrently::describe() const {
  return fmt::format("Concurrently create constraint {} on model {}",
                     constraint().name(), model_name());
}

void AddConstraintConcurrently::database_forwards(
    std::string_view app, orm::SchemaEditor& editor, const ProjectState& from,
    const ProjectState& to) const {
  const orm::ModelDef& after = to.model(key(app));
  if (!has_table(after)) return;
  editor.add_constraint_concurrently(from.model(key(app)), after, constraint(),
                                     to.models());
}

void AddConstraintConcurrently::database_backwards(
    std::string_view app, orm::SchemaEditor& editor, const ProjectState& from,
    const ProjectState& to) const {
  const orm::ModelDef& after = to.model(key(app));
  if (!has_table(after)) return;
  editor.remove_constraint_concurrently(from.model(key(app)), after,
                                        constraint(), to.models());
}

OperationPtr AddConstraintConcurrently::with(
    orm::ConstraintDef constraint) const {
  return std::make_shared<AddConstraintConcurrently>(model_name(),
                                                     std::move(constraint));
}

}  // namespace manage::migrations_engine
