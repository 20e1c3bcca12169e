#include "migrations_engine/operations/alter_field.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/operations/model_edits.hpp"
#include "migrations_engine/operations/rename_field.hpp"
#include "orm/field_yaml.hpp"
#include "orm/schema_sql.hpp"

namespace manage::migrations_engine {

AlterField::AlterField(std::string model_name, orm::FieldDef field,
                       bool preserve_default, bool not_valid)
    : FieldOperation(std::move(model_name), field.name),
      field_(std::move(field)),
      preserve_default_(preserve_default),
      not_valid_(not_valid) {}

std::shared_ptr<Operation> AlterField::read(ArgumentReader& arguments) {
  std::string model = arguments.text("model_name");
  std::string name = arguments.text("name");
  orm::FieldDef field = arguments.field("field", name);
  bool preserve = arguments.flag("preserve_default", true);
  bool not_valid = arguments.not_valid(field);
  return std::make_shared<AlterField>(std::move(model), std::move(field),
                                      preserve, not_valid);
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
  if (not_valid_) data.set("not_valid", true);
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
  const auto alter = not_valid_ ? &orm::SchemaEditor::alter_field_not_valid
                                : &orm::SchemaEditor::alter_field;
  // With the one-off default, which the state no longer has.
  (editor.*alter)(before, after, *before.find_field(name()), field_,
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

// Who did not want the rows checked does not want it of the folded one.
bool AlterField::not_valid_after(bool earlier) const {
  return (earlier || not_valid_) && orm::has_foreign_key(field_);
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
    return Reduction::replace({std::make_shared<AlterField>(
        model_name(), merged, preserve, altered->not_valid_after(not_valid_))});
  }
  auto* rename = dynamic_cast<const RenameField*>(&later);
  if (rename && field_.text("db_column").empty()) {
    orm::FieldDef renamed = field_;
    renamed.name = rename->new_name();
    return Reduction::replace(
        {later.shared_from_this(),
         std::make_shared<AlterField>(model_name(), std::move(renamed),
                                      preserve_default_, not_valid_)});
  }
  return FieldOperation::reduce(later, app);
}

}  // namespace manage::migrations_engine
