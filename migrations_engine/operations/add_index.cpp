#include "migrations_engine/operations/add_index.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/operations/model_edits.hpp"
#include "migrations_engine/operations/remove_index.hpp"
#include "migrations_engine/operations/rename_index.hpp"
#include "orm/meta_yaml.hpp"

namespace manage::migrations_engine {

AddIndex::AddIndex(std::string model_name, orm::IndexDef index)
    : IndexOperation(std::move(model_name)), index_(std::move(index)) {}

std::shared_ptr<Operation> AddIndex::read(ArgumentReader& arguments) {
  std::string model = arguments.text("model_name");
  return std::make_shared<AddIndex>(std::move(model), arguments.index("index"));
}

std::string AddIndex::describe() const {
  if (index_.fields().empty()) {
    return fmt::format("Create index {} on {} on model {}", index_.name(),
                       yaml::write_flow(*index_.arguments.find("expressions")),
                       model_name());
  }
  return fmt::format("Create index {} on field(s) {} of model {}",
                     index_.name(), text::join(index_.fields(), ", "),
                     model_name());
}

std::string AddIndex::fragment() const {
  return fmt::format("{}_{}", model_name_lower(), text::lower(index_.name()));
}

Data AddIndex::to_data() const {
  return DataMap{{"model_name", model_name()},
                 {"index", orm::index_to_data(index_)}};
}

void AddIndex::state_forwards(std::string_view app, ProjectState& state) const {
  state.change({std::string(app), model_name_lower()},
               [&](orm::ModelDef& model) { model.indexes.push_back(index_); });
}

void AddIndex::database_forwards(std::string_view app,
                                 orm::SchemaEditor& editor, const ProjectState&,
                                 const ProjectState& to) const {
  const orm::ModelDef& model = to.model({std::string(app), model_name_lower()});
  if (has_table(model)) editor.add_index(model, index_, to.models());
}

void AddIndex::database_backwards(std::string_view app,
                                  orm::SchemaEditor& editor,
                                  const ProjectState& from,
                                  const ProjectState&) const {
  const orm::ModelDef& model =
      from.model({std::string(app), model_name_lower()});
  if (has_table(model)) editor.remove_index(model, index_, from.models());
}

Reduction AddIndex::reduce(const Operation& later, std::string_view app) const {
  if (auto* gone = dynamic_cast<const RemoveIndex*>(&later);
      gone && gone->model_name_lower() == model_name_lower() &&
      gone->name() == index_.name()) {
    return Reduction::replace({});
  }
  if (auto* rename = dynamic_cast<const RenameIndex*>(&later);
      rename && rename->model_name_lower() == model_name_lower() &&
      rename->old_name() == index_.name()) {
    orm::IndexDef renamed = index_;
    renamed.arguments.set("name", rename->new_name());
    return Reduction::replace(
        {std::make_shared<AddIndex>(model_name(), std::move(renamed))});
  }
  return IndexOperation::reduce(later, app);
}

}  // namespace manage::migrations_engine
