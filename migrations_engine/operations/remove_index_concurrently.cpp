#include "migrations_engine/operations/remove_index_concurrently.hpp"

#include <fmt/format.h>

#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

std::shared_ptr<Operation> RemoveIndexConcurrently::read(
    ArgumentReader& arguments) {
  std::string model = arguments.text("model_name");
  return std::make_shared<RemoveIndexConcurrently>(std::move(model),
                                                   arguments.text("name"));
}

std::string RemoveIndexConcurrently::describe() const {
  return fmt::format("Concurrently remove index {} from {}", name(),
                     model_name());
}

void RemoveIndexConcurrently::database_forwards(std::string_view app,
                                                orm::SchemaEditor& editor,
                                                const ProjectState& from,
                                                const ProjectState&) const {
  const orm::ModelDef& model = from.model(key(app));
  if (!has_table(model)) return;
  editor.remove_index_concurrently(model, *find_named(model.indexes, name()),
                                   from.models());
}

void RemoveIndexConcurrently::database_backwards(std::string_view app,
                                                 orm::SchemaEditor& editor,
                                                 const ProjectState&,
                                                 const ProjectState& to) const {
  const orm::ModelDef& model = to.model(key(app));
  if (!has_table(model)) return;
  editor.add_index_concurrently(model, *find_named(model.indexes, name()),
                                to.models());
}

}  // namespace manage::migrations_engine
