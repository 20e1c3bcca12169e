#include "migrations_engine/operations/alter_order_with_respect_to.hpp"

#include <fmt/format.h>

#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

namespace {

/// Adds or drops the column, if one of the two models has none.
void change_column(orm::SchemaEditor& editor, const orm::ModelDef& before,
                   const orm::ModelDef& after, const orm::ModelSet& models) {
  const bool had = is_ordered(before);
  const bool has = is_ordered(after);
  if (!had && has) {
    editor.add_field(before, after, after.fields.back(), models);
  } else if (had && !has) {
    editor.remove_field(before, after, before.fields.back(), models);
  }
}

}  // namespace

AlterOrderWithRespectTo::AlterOrderWithRespectTo(
    std::string name, std::optional<std::string> field)
    : ModelOptionOperation(std::move(name)), field_(std::move(field)) {}

std::shared_ptr<Operation> AlterOrderWithRespectTo::read(
    ArgumentReader& arguments) {
  std::string name = arguments.text("name");
  return std::make_shared<AlterOrderWithRespectTo>(
      std::move(name), arguments.text_or_null("order_with_respect_to"));
}

std::string AlterOrderWithRespectTo::describe() const {
  return fmt::format("Set order_with_respect_to on {} to {}", name(),
                     field_.value_or("None"));
}

std::string AlterOrderWithRespectTo::fragment() const {
  return fmt::format("alter_{}_order_with_respect_to", name_lower());
}

Data AlterOrderWithRespectTo::to_data() const {
  return DataMap{{"name", name()},
                 {"order_with_respect_to", field_ ? Data(*field_) : Data()}};
}

void AlterOrderWithRespectTo::apply(orm::ModelDef& model) const {
  set_option(model, "order_with_respect_to", field_);
  keep_order_last(model);
}

void AlterOrderWithRespectTo::state_forwards(std::string_view app,
                                             ProjectState& state) const {
  state.change(key(app), [&](orm::ModelDef& model) { apply(model); });
}

void AlterOrderWithRespectTo::database_forwards(std::string_view app,
                                                orm::SchemaEditor& editor,
                                                const ProjectState& from,
                                                const ProjectState& to) const {
  const orm::ModelDef& after = to.model(key(app));
  if (!has_table(after)) return;
  change_column(editor, from.model(key(app)), after, to.models());
}

void AlterOrderWithRespectTo::database_backwards(std::string_view app,
                                                 orm::SchemaEditor& editor,
                                                 const ProjectState& from,
                                                 const ProjectState& to) const {
  database_forwards(app, editor, from, to);
}

bool AlterOrderWithRespectTo::references_field(std::string_view model,
                                               std::string_view field,
                                               std::string_view app) const {
  return references_model(model, app) && (!field_ || *field_ == field);
}

}  // namespace manage::migrations_engine
