#include "migrations_engine/operations/alter_unique_together.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

AlterUniqueTogether::AlterUniqueTogether(
    std::string name, std::vector<std::vector<std::string>> lists)
    : ModelOptionOperation(std::move(name)), lists_(std::move(lists)) {}

std::shared_ptr<Operation> AlterUniqueTogether::read(
    ArgumentReader& arguments) {
  std::string name = arguments.text("name");
  return std::make_shared<AlterUniqueTogether>(
      std::move(name), arguments.field_lists("unique_together"));
}

std::string AlterUniqueTogether::describe() const {
  return fmt::format("Alter unique_together for {} ({} constraint(s))", name(),
                     lists_.size());
}

std::string AlterUniqueTogether::fragment() const {
  return fmt::format("alter_{}_unique_together", name_lower());
}

Data AlterUniqueTogether::to_data() const {
  return DataMap{{"name", name()},
                 {"unique_together", DataList(lists_.begin(), lists_.end())}};
}

void AlterUniqueTogether::apply(orm::ModelDef& model) const {
  set_unique_together(model, lists_);
}

void AlterUniqueTogether::state_forwards(std::string_view app,
                                         ProjectState& state) const {
  state.change({std::string(app), name_lower()},
               [&](orm::ModelDef& model) { apply(model); });
}

void AlterUniqueTogether::database_forwards(std::string_view app,
                                            orm::SchemaEditor& editor,
                                            const ProjectState& from,
                                            const ProjectState& to) const {
  orm::ModelKey key{std::string(app), name_lower()};
  const orm::ModelDef& after = to.model(key);
  if (!has_table(after)) return;
  editor.alter_unique_together(from.model(key), after, to.models());
}

void AlterUniqueTogether::database_backwards(std::string_view app,
                                             orm::SchemaEditor& editor,
                                             const ProjectState& from,
                                             const ProjectState& to) const {
  database_forwards(app, editor, from, to);
}

bool AlterUniqueTogether::references_field(std::string_view model,
                                           std::string_view field,
                                           std::string_view app) const {
  if (!references_model(model, app)) return false;
  return lists_.empty() ||
         std::any_of(lists_.begin(), lists_.end(), [&](const auto& list) {
           return std::find(list.begin(), list.end(), field) != list.end();
         });
}

}  // namespace manage::migrations_engine
