#include "migrations_engine/operations/remove_constraint.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

RemoveConstraint::RemoveConstraint(std::string model_name, std::string name)
    : IndexOperation(std::move(model_name)), name_(std::move(name)) {}

std::shared_ptr<Operation> RemoveConstraint::read(ArgumentReader& arguments) {
  std::string model = arguments.text("model_name");
  return std::make_shared<RemoveConstraint>(std::move(model),
                                            arguments.text("name"));
}

std::string RemoveConstraint::describe() const {
  return fmt::format("Remove constraint {} from model {}", name_, model_name());
}

std::string RemoveConstraint::fragment() const {
  return fmt::format("remove_{}_{}", model_name_lower(), text::lower(name_));
}

Data RemoveConstraint::to_data() const {
  return DataMap{{"model_name", model_name()}, {"name", name_}};
}

void RemoveConstraint::state_forwards(std::string_view app,
                                      ProjectState& state) const {
  state.change({std::string(app), model_name_lower()},
               [&](orm::ModelDef& model) {
                 if (!find_named(model.constraints, name_)) {
                   throw_missing(model, "constraint", name_);
                 }
                 drop_named(model.constraints, name_);
               });
}

void RemoveConstraint::database_forwards(std::string_view app,
                                         orm::SchemaEditor& editor,
                                         const ProjectState& from,
                                         const ProjectState& to) const {
  orm::ModelKey key{std::string(app), model_name_lower()};
  const orm::ModelDef& before = from.model(key);
  if (!has_table(before)) return;
  editor.remove_constraint(before, to.model(key),
                           *find_named(before.constraints, name_), to.models());
}

void RemoveConstraint::database_backwards(std::string_view app,
                                          orm::SchemaEditor& editor,
                                          const ProjectState& from,
                                          const ProjectState& to) const {
  orm::ModelKey key{std::string(app), model_name_lower()};
  const orm::ModelDef& after = to.model(key);
  if (!has_table(after)) return;
  editor.add_constraint(from.model(key), after,
                        *find_named(after.constraints, name_), to.models());
}

}  // namespace manage::migrations_engine
