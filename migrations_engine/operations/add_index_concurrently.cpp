#include "migrations_engine/operations/add_index_concurrently.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

std::shared_ptr<Operation> AddIndexConcurrently::read(
    ArgumentReader& arguments) {
  std::string model = arguments.text("model_name");
  return std::make_shared<AddIndexConcurrently>(std::move(model),
                                                arguments.index("index"));
}

std::string AddIndexConcurrently::describe() const {
  return fmt::format("Concurrently create index {} on field(s) {} of model {}",
                     index().name(), text::join(index().fields(), ", "),
                     model_name());
}

void AddIndexConcurrently::database_forwards(std::string_view app,
                                             orm::SchemaEditor& editor,
                                             const ProjectState&,
                                             const ProjectState& to) const {
  const orm::ModelDef& model = to.model(key(app));
  if (!has_table(model)) return;
  editor.add_index_concurrently(model, index(), to.models());
}

void AddIndexConcurrently::database_backwards(std::string_view app,
                                              orm::SchemaEditor& editor,
                                              const ProjectState& from,
                                              const ProjectState&) const {
  const orm::ModelDef& model = from.model(key(app));
  if (!has_table(model)) return;
  editor.remove_index_concurrently(model, index(), from.models());
}

}  // namespace manage::migrations_engine
