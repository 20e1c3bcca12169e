#include "migrations_engine/operations/rename_field.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/operations/field_renames.hpp"
#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

RenameField::RenameField(std::string model_name, std::string old_name,
                         std::string new_name)
    : FieldOperation(std::move(model_name), std::move(old_name)),
      new_name_(std::move(new_name)) {}

std::shared_ptr<Operation> RenameField::read(ArgumentReader& arguments) {
  std::string model = arguments.text("model_name");
  std::string old_name = arguments.text("old_name");
  return std::make_shared<RenameField>(std::move(model), std::move(old_name),
                                       arguments.text("new_name"));
}

std::string RenameField::describe() const {
  return fmt::format("Rename field {} on {} to {}", name(), model_name(),
                     new_name_);
}

std::string RenameField::fragment() const {
  return fmt::format("rename_{}_{}_{}", text::lower(name()), model_name_lower(),
                     text::lower(new_name_));
}

Data RenameField::to_data() const {
  return DataMap{{"model_name", model_name()},
                 {"old_name", name()},
                 {"new_name", new_name_}};
}

void RenameField::apply(orm::ModelDef& model) const {
  FieldRename(name(), new_name_).apply(model);
}

void RenameField::state_forwards(std::string_view app,
                                 ProjectState& state) const {
  state.change(key(app), [&](orm::ModelDef& model) {
    if (!model.find_field(name())) throw_missing(model, "field", name());
    if (model.find_field(new_name_)) {
      throw Error("migrations.state",
                  fmt::format("model {} already has a field {} at this point "
                              "of the migrations",
                              model.key().text(), new_name_));
    }
    apply(model);
  });
  FieldRename(name(), new_name_).apply_to_relations(state, key(app));
}

void RenameField::database_forwards(std::string_view app,
                                    orm::SchemaEditor& editor,
                                    const ProjectState& from,
                                    const ProjectState& to) const {
  const orm::ModelDef& before = from.model(key(app));
  const orm::ModelDef& after = to.model(key(app));
  if (!has_table(after)) return;
  editor.alter_field(before, after, *before.find_field(name()),
                     *after.find_field(new_name_), from.models(), to.models());
}

void RenameField::database_backwards(std::string_view app,
                                     orm::SchemaEditor& editor,
                                     const ProjectState& from,
                                     const ProjectState& to) const {
  const orm::ModelDef& before = from.model(key(app));
  const orm::ModelDef& after = to.model(key(app));
  if (!has_table(after)) return;
  editor.alter_field(before, after, *before.find_field(new_name_),
                     *after.find_field(name()), from.models(), to.models());
}

bool RenameField::references_field(std::string_view model,
                                   std::string_view field,
                                   std::string_view) const {
  return model_name_lower() == model && (name() == field || new_name_ == field);
}

Reduction RenameField::reduce(const Operation& later,
                              std::string_view app) const {
  if (auto* next = dynamic_cast<const RenameField*>(&later);
      next && next->model_name_lower() == model_name_lower() &&
      next->name() == new_name_) {
    return Reduction::replace({std::make_shared<RenameField>(
        model_name(), name(), next->new_name())});
  }
  Reduction plain = Operation::reduce(later, app);
  if (plain.kind != Reduction::Kind::kBlocked) return plain;
  return Reduction::pass_if(
      !later.references_field(model_name_lower(), name(), app) &&
      !later.references_field(model_name_lower(), new_name_, app));
}

}  // namespace manage::migrations_engine
