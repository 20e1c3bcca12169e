#include "migrations_engine/operations/add_field.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/operations/alter_field.hpp"
#include "migrations_engine/operations/model_edits.hpp"
#include "migrations_engine/operations/rename_field.hpp"
#include "orm/field_yaml.hpp"

namespace manage::migrations_engine {

AddField::AddField(std::string model_name, orm::FieldDef field,
                   bool preserve_default, bool not_valid)
    : FieldOperation(std::move(model_name), field.name),
      field_(std::move(field)),
      preserve_default_(preserve_default),
      not_valid_(not_valid) {}

std::shared_ptr<Operation> AddField::read(ArgumentReader& arguments) {
  std::string model = arguments.text("model_name");
  std::string name = arguments.text("name");
  orm::FieldDef field = arguments.field("field", name);
  bool preserve = arguments.flag("preserve_default", true);
  bool not_valid = arguments.not_valid(field);
  return std::make_shared<AddField>(std::move(model), std::move(field),
                                    preserve, not_valid);
}

std::string AddField::describe() const {
  return fmt::format("Add field {} to {}", name(), model_name());
}

std::string AddField::fragment() const {
  return fmt::format("{}_{}", model_name_lower(), text::lower(name()));
}

Data AddField::to_data() const {
  DataMap data{{"model_name", model_name()},
               {"name", name()},
               {"field", orm::field_to_data(field_)}};
  if (!preserve_default_) data.set("preserve_default", false);
  if (not_valid_) data.set("not_valid", true);
  return data;
}

void AddField::state_forwards(std::string_view app, ProjectState& state) const {
  state.change({std::string(app), model_name_lower()},
               [&](orm::ModelDef& model) {
                 if (model.find_field(name())) {
                   throw Error("migrations.state",
                               fmt::format("model {} already has a field {} "
                                           "at this point of the migrations",
                                           model.key().text(), name()));
                 }
                 orm::FieldDef field = field_;
                 if (!preserve_default_) field.arguments.erase("default");
                 model.fields.push_back(std::move(field));
                 keep_order_last(model);
               });
}

void AddField::database_forwards(std::string_view app,
                                 orm::SchemaEditor& editor,
                                 const ProjectState& from,
                                 const ProjectState& to) const {
  orm::ModelKey key{std::string(app), model_name_lower()};
  const orm::ModelDef& after = to.model(key);
  if (!has_table(after)) return;
  const auto add = not_valid_ ? &orm::SchemaEditor::add_field_not_valid
                              : &orm::SchemaEditor::add_field;
  // With the one-off default, which the state no longer has.
  (editor.*add)(from.model(key), after, field_, to.models());
}

void AddField::database_backwards(std::string_view app,
                                  orm::SchemaEditor& editor,
                                  const ProjectState& from,
                                  const ProjectState& to) const {
  orm::ModelKey key{std::string(app), model_name_lower()};
  const orm::ModelDef& before = from.model(key);
  if (!has_table(before)) return;
  editor.remove_field(before, to.model(key), *before.find_field(name()),
                      from.models());
}

Reduction AddField::reduce(const Operation& later, std::string_view app) const {
  if (auto* field = dynamic_cast<const FieldOperation*>(&later);
      field && same_field(*field)) {
    if (auto* altered = dynamic_cast<const AlterField*>(&later)) {
      const auto [merged, preserve] =
          merge_default(field_, *altered->field(), altered->preserve_default());
      return Reduction::replace(
          {std::make_shared<AddField>(model_name(), merged, preserve,
                                      altered->not_valid_after(not_valid_))});
    }
    if (later.type() == "RemoveField") return Reduction::replace({});
    if (auto* rename = dynamic_cast<const RenameField*>(&later)) {
      orm::FieldDef renamed = field_;
      renamed.name = rename->new_name();
      return Reduction::replace({std::make_shared<AddField>(
          model_name(), std::move(renamed), preserve_default_, not_valid_)});
    }
  }
  return FieldOperation::reduce(later, app);
}

}  // namespace manage::migrations_engine
