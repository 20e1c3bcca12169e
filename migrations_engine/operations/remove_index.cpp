#include "migrations_engine/operations/remove_index.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

RemoveIndex::RemoveIndex(std::string model_name, std::string name)
    : IndexOperation(std::move(model_name)), name_(std::move(name)) {}

std::shared_ptr<Operation> RemoveIndex::read(ArgumentReader& arguments) {
  std::string model = arguments.text("model_name");
  return std::make_shared<RemoveIndex>(std::move(model),
                                       arguments.text("name"));
}

std::string RemoveIndex::describe() const {
  return fmt::format("Remove index {} from {}", name_, model_name());
}

std::string RemoveIndex::fragment() const {
  return fmt::format("remove_{}_{}", model_name_lower(), text::lower(name_));
}

Data RemoveIndex::to_data() const {
  return DataMap{{"model_name", model_name()}, {"name", name_}};
}

void RemoveIndex::state_forwards(std::string_view app,
                                 ProjectState& state) const {
  state.change({std::string(app), model_name_lower()},
               [&](orm::ModelDef& model) {
                 if (!find_named(model.indexes, name_)) {
                   throw_missing(model, "index", name_);
                 }
                 drop_named(model.indexes, name_);
               });
}

void RemoveIndex::database_forwards(std::string_view app,
                                    orm::SchemaEditor& editor,
                                    const ProjectState& from,
                                    const ProjectState&) const {
  const orm::ModelDef& model =
      from.model({std::string(app), model_name_lower()});
  if (!has_table(model)) return;
  editor.remove_index(model, *find_named(model.indexes, name_), from.models());
}

void RemoveIndex::database_backwards(std::string_view app,
                                     orm::SchemaEditor& editor,
                                     const ProjectState&,
                                     const ProjectState& to) const {
  const orm::ModelDef& model = to.model({std::string(app), model_name_lower()});
  if (!has_table(model)) return;
  editor.add_index(model, *find_named(model.indexes, name_), to.models());
}

}  // namespace manage::migrations_engine
