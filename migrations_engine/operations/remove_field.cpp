#include "migrations_engine/operations/remove_field.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/operations/delete_model.hpp"
#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

std::shared_ptr<Operation> RemoveField::read(ArgumentReader& arguments) {
  std::string model = arguments.text("model_name");
  return std::make_shared<RemoveField>(std::move(model),
                                       arguments.text("name"));
}

std::string RemoveField::describe() const {
  return fmt::format("Remove field {} from {}", name(), model_name());
}

std::string RemoveField::fragment() const {
  return fmt::format("remove_{}_{}", model_name_lower(), text::lower(name()));
}

Data RemoveField::to_data() const {
  return DataMap{{"model_name", model_name()}, {"name", name()}};
}

void RemoveField::state_forwards(std::string_view app,
                                 ProjectState& state) const {
  state.change({std::string(app), model_name_lower()},
               [&](orm::ModelDef& model) {
                 if (!model.find_field(name())) {
                   throw_missing(model, "field", name());
                 }
                 std::erase_if(model.fields, [&](const orm::FieldDef& field) {
                   return field.name == name();
                 });
               });
}

void RemoveField::database_forwards(std::string_view app,
                                    orm::SchemaEditor& editor,
                                    const ProjectState& from,
                                    const ProjectState& to) const {
  orm::ModelKey key{std::string(app), model_name_lower()};
  const orm::ModelDef& before = from.model(key);
  if (!has_table(before)) return;
  editor.remove_field(before, to.model(key), *before.find_field(name()),
                      from.models());
}

void RemoveField::database_backwards(std::string_view app,
                                     orm::SchemaEditor& editor,
                                     const ProjectState& from,
                                     const ProjectState& to) const {
  orm::ModelKey key{std::string(app), model_name_lower()};
  const orm::ModelDef& after = to.model(key);
  if (!has_table(after)) return;
  editor.add_field(from.model(key), after, *after.find_field(name()),
                   to.models());
}

Reduction RemoveField::reduce(const Operation& later,
                              std::string_view app) const {
  if (auto* gone = dynamic_cast<const DeleteModel*>(&later);
      gone && gone->name_lower() == model_name_lower()) {
    return Reduction::replace({later.shared_from_this()});
  }
  return FieldOperation::reduce(later, app);
}

}  // namespace manage::migrations_engine
