#include "migrations_engine/operations/add_constraint.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/operations/alter_constraint.hpp"
#include "migrations_engine/operations/model_edits.hpp"
#include "migrations_engine/operations/remove_constraint.hpp"
#include "orm/meta_yaml.hpp"

namespace manage::migrations_engine {

AddConstraint::AddConstraint(std::string model_name,
                             orm::ConstraintDef constraint)
    : IndexOperation(std::move(model_name)),
      constraint_(std::move(constraint)) {}

std::shared_ptr<Operation> AddConstraint::read(ArgumentReader& arguments) {
  std::string model = arguments.text("model_name");
  return std::make_shared<AddConstraint>(std::move(model),
                                         arguments.constraint("constraint"));
}

std::string AddConstraint::describe() const {
  return fmt::format("Create constraint {} on model {}", constraint_.name(),
                     model_name());
}

std::string AddConstraint::fragment() const {
  return fmt::format("{}_{}", model_name_lower(),
                     text::lower(constraint_.name()));
}

Data AddConstraint::to_data() const {
  return DataMap{{"model_name", model_name()},
                 {"constraint", orm::constraint_to_data(constraint_)}};
}

void AddConstraint::state_forwards(std::string_view app,
                                   ProjectState& state) const {
  state.change(
      {std::string(app), model_name_lower()},
      [&](orm::ModelDef& model) { model.constraints.push_back(constraint_); });
}

void AddConstraint::database_forwards(std::string_view app,
                                      orm::SchemaEditor& editor,
                                      const ProjectState& from,
                                      const ProjectState& to) const {
  orm::ModelKey key{std::string(app), model_name_lower()};
  const orm::ModelDef& after = to.model(key);
  if (!has_table(after)) return;
  editor.add_constraint(from.model(key), after, constraint_, to.models());
}

void AddConstraint::database_backwards(std::string_view app,
                                       orm::SchemaEditor& editor,
                                       const ProjectState& from,
                                       const ProjectState& to) const {
  orm::ModelKey key{std::string(app), model_name_lower()};
  const orm::ModelDef& after = to.model(key);
  if (!has_table(after)) return;
  editor.remove_constraint(from.model(key), after, constraint_, to.models());
}

OperationPtr AddConstraint::with(orm::ConstraintDef constraint) const {
  return std::make_shared<AddConstraint>(model_name(), std::move(constraint));
}

Reduction AddConstraint::reduce(const Operation& later,
                                std::string_view app) const {
  if (auto* gone = dynamic_cast<const RemoveConstraint*>(&later);
      gone && gone->model_name_lower() == model_name_lower() &&
      gone->name() == constraint_.name()) {
    return Reduction::replace({});
  }
  if (auto* altered = dynamic_cast<const AlterConstraint*>(&later);
      altered && altered->model_name_lower() == model_name_lower() &&
      altered->constraint().name() == constraint_.name()) {
    return Reduction::replace({with(altered->constraint())});
  }
  return IndexOperation::reduce(later, app);
}

}  // namespace manage::migrations_engine
