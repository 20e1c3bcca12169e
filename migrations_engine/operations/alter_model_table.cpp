#include "migrations_engine/operations/alter_model_table.hpp"

#include <fmt/format.h>

#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

AlterModelTable::AlterModelTable(std::string name,
                                 std::optional<std::string> table)
    : ModelOptionOperation(std::move(name)), table_(std::move(table)) {}

std::shared_ptr<Operation> AlterModelTable::read(ArgumentReader& arguments) {
  std::string name = arguments.text("name");
  return std::make_shared<AlterModelTable>(std::move(name),
                                           arguments.text_or_null("table"));
}

std::string AlterModelTable::describe() const {
  return fmt::format("Rename table for {} to {}", name(),
                     table_.value_or("(default)"));
}

std::string AlterModelTable::fragment() const {
  return fmt::format("alter_{}_table", name_lower());
}

Data AlterModelTable::to_data() const {
  return DataMap{{"name", name()}, {"table", table_ ? Data(*table_) : Data()}};
}

void AlterModelTable::state_forwards(std::string_view app,
                                     ProjectState& state) const {
  state.change(key(app), [&](orm::ModelDef& model) {
    set_option(model, "db_table", table_);
  });
}

void AlterModelTable::database_forwards(std::string_view app,
                                        orm::SchemaEditor& editor,
                                        const ProjectState& from,
                                        const ProjectState& to) const {
  const orm::ModelDef& after = to.model(key(app));
  if (!has_table(after)) return;
  editor.rename_model(from.model(key(app)), after, from.models(), to.models());
}

void AlterModelTable::database_backwards(std::string_view app,
                                         orm::SchemaEditor& editor,
                                         const ProjectState& from,
                                         const ProjectState& to) const {
  database_forwards(app, editor, from, to);
}

}  // namespace manage::migrations_engine
