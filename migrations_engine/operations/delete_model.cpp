#include "migrations_engine/operations/delete_model.hpp"

#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

std::shared_ptr<Operation> DeleteModel::read(ArgumentReader& arguments) {
  return std::make_shared<DeleteModel>(arguments.text("name"));
}

void DeleteModel::state_forwards(std::string_view app,
                                 ProjectState& state) const {
  state.remove_model({std::string(app), name_lower()});
}

void DeleteModel::database_forwards(std::string_view app,
                                    orm::SchemaEditor& editor,
                                    const ProjectState& from,
                                    const ProjectState&) const {
  const orm::ModelDef& model = from.model({std::string(app), name_lower()});
  if (has_table(model)) editor.delete_model(model, from.models());
}

void DeleteModel::database_backwards(std::string_view app,
                                     orm::SchemaEditor& editor,
                                     const ProjectState&,
                                     const ProjectState& to) const {
  const orm::ModelDef& model = to.model({std::string(app), name_lower()});
  if (has_table(model)) editor.create_model(model, to.models());
}

}  // namespace manage::migrations_engine
