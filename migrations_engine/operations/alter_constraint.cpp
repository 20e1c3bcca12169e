#include "migrations_engine/operations/alter_constraint.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/operations/model_edits.hpp"
#include "migrations_engine/operations/remove_constraint.hpp"
#include "orm/meta_yaml.hpp"

namespace manage::migrations_engine {

AlterConstraint::AlterConstraint(std::string model_name,
                                 orm::ConstraintDef constraint)
    : IndexOperation(std::move(model_name)),
      constraint_(std::move(constraint)) {}

std::shared_ptr<Operation> AlterConstraint::read(ArgumentReader& arguments) {
  std::string model = arguments.text("model_name");
  const std::string name = arguments.text("name");
  orm::ConstraintDef constraint = arguments.constraint("constraint");
  if (!constraint.type.empty() && constraint.name() != name) {
    arguments.diagnostics().add(
        "migrations.operation", constraint.pos,
        fmt::format("AlterConstraint is about {}, but its constraint is {}",
                    name, constraint.name()),
        "a constraint keeps its name; remove it and add the other");
  }
  return std::make_shared<AlterConstraint>(std::move(model),
                                           std::move(constraint));
}

std::string AlterConstraint::describe() const {
  return fmt::format("Alter constraint {} on {}", constraint_.name(),
                     model_name());
}

std::string AlterConstraint::fragment() const {
  return fmt::format("alter_{}_{}", model_name_lower(),
                     text::lower(constraint_.name()));
}

Data AlterConstraint::to_data() const {
  return DataMap{{"model_name", model_name()},
                 {"name", constraint_.name()},
                 {"constraint", orm::constraint_to_data(constraint_)}};
}

void AlterConstraint::state_forwards(std::string_view app,
                                     ProjectState& state) const {
  state.change(key(app), [&](orm::ModelDef& model) {
    if (!find_named(model.constraints, constraint_.name())) {
      throw_missing(model, "constraint", constraint_.name());
    }
    for (orm::ConstraintDef& one : model.constraints) {
      if (one.name() == constraint_.name()) one = constraint_;
    }
  });
}

void AlterConstraint::database_forwards(std::string_view, orm::SchemaEditor&,
                                        const ProjectState&,
                                        const ProjectState&) const {}

void AlterConstraint::database_backwards(std::string_view, orm::SchemaEditor&,
                                         const ProjectState&,
                                         const ProjectState&) const {}

Reduction AlterConstraint::reduce(const Operation& later,
                                  std::string_view app) const {
  auto* next = dynamic_cast<const AlterConstraint*>(&later);
  auto* gone = dynamic_cast<const RemoveConstraint*>(&later);
  const bool same_altered = next &&
                            next->model_name_lower() == model_name_lower() &&
                            next->constraint().name() == constraint_.name();
  const bool same_gone = gone &&
                         gone->model_name_lower() == model_name_lower() &&
                         gone->name() == constraint_.name();
  if (same_altered || same_gone) {
    return Reduction::replace({later.shared_from_this()});
  }
  return IndexOperation::reduce(later, app);
}

}  // namespace manage::migrations_engine
