#include "migrations_engine/operations/validate_constraint.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

ValidateConstraint::ValidateConstraint(std::string model_name, std::string name)
    : IndexOperation(std::move(model_name)), name_(std::move(name)) {}

std::shared_ptr<Operation> ValidateConstraint::read(ArgumentReader& arguments) {
  std::string model = arguments.text("model_name");
  return std::make_shared<ValidateConstraint>(std::move(model),
                                              arguments.text("name"));
}

std::string ValidateConstraint::describe() const {
  return fmt::format("Validate constraint {} on model {}", name_, model_name());
}

std::string ValidateConstraint::fragment() const {
  return fmt::format("{}_validate_{}", model_name_lower(), text::lower(name_));
}

Data ValidateConstraint::to_data() const {
  return DataMap{{"model_name", model_name()}, {"name", name_}};
}

void ValidateConstraint::state_forwards(std::string_view app,
                                        ProjectState& state) const {
  const orm::ModelDef& model = state.model(key(app));
  if (!find_named(model.constraints, name_)) {
    throw_missing(model, "constraint", name_);
  }
}

void ValidateConstraint::database_forwards(std::string_view app,
                                           orm::SchemaEditor& editor,
                                           const ProjectState&,
                                           const ProjectState& to) const {
  const orm::ModelDef& model = to.model(key(app));
  if (has_table(model)) editor.validate_constraint(model, name_, to.models());
}

// What has been checked stays true.
void ValidateConstraint::database_backwards(std::string_view,
                                            orm::SchemaEditor&,
                                            const ProjectState&,
                                            const ProjectState&) const {}

}  // namespace manage::migrations_engine
