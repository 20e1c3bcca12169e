#include "migrations_engine/operations/add_constraint_not_valid.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

std::shared_ptr<Operation> AddConstraintNotValid::read(
    ArgumentReader& arguments) {
  std::string model = arguments.text("model_name");
  orm::ConstraintDef constraint = arguments.constraint("constraint");
  if (!constraint.type.empty() && constraint.type != "CheckConstraint") {
    arguments.diagnostics().add(
        "migrations.operation", constraint.pos,
        fmt::format("AddConstraintNotValid takes a CheckConstraint, not a {}",
                    constraint.type),
        "AddConstraint makes any constraint");
  }
  return std::make_shared<AddConstraintNotValid>(std::move(model),
                                                 std::move(constraint));
}

std::string AddConstraintNotValid::describe() const {
  return fmt::format("Create not valid constraint {} on model {}",
                     constraint().name(), model_name());
}

std::string AddConstraintNotValid::fragment() const {
  return fmt::format("{}_{}_not_valid", model_name_lower(),
                     text::lower(constraint().name()));
}

void AddConstraintNotValid::database_forwards(std::string_view app,
                                              orm::SchemaEditor& editor,
                                              const ProjectState& from,
                                              const ProjectState& to) const {
  const orm::ModelDef& after = to.model(key(app));
  if (!has_table(after)) return;
  editor.add_constraint_not_valid(from.model(key(app)), after, constraint(),
                                  to.models());
}

// Two steps on purpose: nothing may fold them into one.
Reduction AddConstraintNotValid::reduce(const Operation& later,
                                        std::string_view app) const {
  return IndexOperation::reduce(later, app);
}

}  // namespace manage::migrations_engine
