#include "migrations_engine/operations/alter_field.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/operations/model_edits.hpp"
#include "migrations_engine/operations/rename_field.hpp"
#include "orm/field_yaml.hpp"

namespace manage::migrations_engine {

AlterField::AlterField(std::string model_name, orm::FieldDef field,
                       bool preserve_default)
    : FieldOperation(std::move(model_name), field.name),
      field_(std::move(field)),
      preserve_default_(preserve_default) {}

std::shared_ptr<Operation> AlterField::read(ArgumentReader& arguments) {
  std::string model = arguments.text("model_name");
  std::string name = arguments.text("name");
  orm::FieldDef field = arguments.field("field", name);
  bool preserve = arguments.flag("preserve_default", true);
  return std::make_shared<AlterField>(std::move(model), std::move(field),
                                      preserve);
}

std::string AlterField::describe() const {
  return fmt::format("Alter field {} on {}", name(), model_name());
}

std::string AlterField::fragment() const {
  return fmt::format("alter_{}_{}", model_name_lower(), text::lower(name()));
}

Data AlterField::to_data() const {
  DataMap data{{"model_name", model_name()},
               {"name", name()},
               {"field", orm::field_to_data(field_)}};
  if (!preserve_default_) data.set("preserve_default", false);
  return data;
}

void AlterField::state_forwards(std::string_view app,
                                ProjectState& state) const {
  state.change({std::string(app), model_name_lower()},
               [&](orm::ModelDef& model) {
                 orm::FieldDef* field = model.find_field(name());
                 if (!field) throw_missing(model, "field", name());
                 *field = field_;
                 if (!preserve_default_) field->arguments.erase("default");
               });
}

void AlterField::database_forwards(std::string_view app,
                                   orm::SchemaEditor& editor,
                                   const ProjectState& from,
                                   const ProjectState& to) const {
  orm::ModelKey key{std::string(app), model_name_lower()};
  const orm::ModelDef& before = from.model(key);
  const orm::ModelDef& after = to.model(key);
  if (!has_table(after)) return;
  // With the one-off default, which the state no longer has.
  editor.alter_field(before, after, *before.find_field(name()), field_,
                     from.models(), to.models());
}

void AlterField::database_backwards(std::string_view app,
                                    orm::SchemaEditor& editor,
                                    const ProjectState& from,
                                    const ProjectState& to) const {
  orm::ModelKey key{std::string(app), model_name_lower()};
  const orm::ModelDef& before = from.model(key);
  const orm::ModelDef& after = to.model(key);
  if (!has_table(after)) return;
  editor.alter_field(before, after, *before.find_field(name()),
                     *after.find_field(name()), from.models(), to.models());
}

Reduction AlterField::reduce(const Operation& later,
                             std::string_view app) const {
  auto* field = dynamic_cast<const FieldOperation*>(&later);
  if (!field || !same_field(*field)) return FieldOperation::reduce(later, app);
  if (later.type() == "RemoveField") {
    return Reduction::replace({later.shared_from_this()});
  }
  if (auto* altered = dynamic_cast<const AlterField*>(&later)) {
    const auto [merged, preserve] =
        merge_default(field_, *altered->field(), altered->preserve_default());
    return Reduction::replace(
        {std::make_shared<AlterField>(model_name(), merged, preserve)});
  }
  auto* rename = dynamic_cast<const RenameField*>(&later);
  if (rename && field_.text("db_column").empty()) {
    orm::FieldDef renamed = field_;
    renamed.name = rename->new_name();
    return Reduction::replace(
        {later.shared_from_this(),
         std::make_shared<AlterField>(model_name(), std::move(renamed),
                                      preserve_default_)});
  }
  return FieldOperation::reduce(later, app);
}

}  // namespace manage::migrations_engine
