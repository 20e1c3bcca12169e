#include "migrations_engine/operations/alter_unique_together.hpp"

#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

std::shared_ptr<Operation> AlterUniqueTogether::read(
    ArgumentReader& arguments) {
  std::string name = arguments.text("name");
  return std::make_shared<AlterUniqueTogether>(
      std::move(name), arguments.field_lists("unique_together"));
}

void AlterUniqueTogether::database_forwards(std::string_view app,
                                            orm::SchemaEditor& editor,
                                            const ProjectState& from,
                                            const ProjectState& to) const {
  const orm::ModelDef& after = to.model(key(app));
  if (!has_table(after)) return;
  editor.alter_unique_together(from.model(key(app)), after, to.models());
}

}  // namespace manage::migrations_engine
