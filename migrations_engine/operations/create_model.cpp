#include "migrations_engine/operations/create_model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "migrations_engine/operations/add_constraint.hpp"
#include "migrations_engine/operations/add_field.hpp"
#include "migrations_engine/operations/add_index.hpp"
#include "migrations_engine/operations/alter_constraint.hpp"
#include "migrations_engine/operations/alter_field.hpp"
#include "migrations_engine/operations/alter_model_options.hpp"
#include "migrations_engine/operations/alter_order_with_respect_to.hpp"
#include "migrations_engine/operations/alter_together.hpp"
#include "migrations_engine/operations/model_edits.hpp"
#include "migrations_engine/operations/remove_constraint.hpp"
#include "migrations_engine/operations/remove_index.hpp"
#include "migrations_engine/operations/rename_field.hpp"
#include "migrations_engine/operations/rename_index.hpp"
#include "migrations_engine/operations/rename_model.hpp"
#include "orm/field_yaml.hpp"
#include "orm/meta_yaml.hpp"

namespace manage::migrations_engine {

namespace {

/// Without a default that is only for rows: a new table has none.
template <class FieldChange>
orm::FieldDef kept_field(const FieldChange& operation) {
  orm::FieldDef field = *operation.field();
  if (!operation.preserve_default()) field.arguments.erase("default");
  return field;
}

}  // namespace

CreateModel::CreateModel(orm::ModelDef model)
    : ModelOperation(model.name), model_(std::move(model)) {}

std::shared_ptr<Operation> CreateModel::read(ArgumentReader& arguments) {
  orm::ModelDef model;
  model.app = arguments.app();
  model.name = arguments.text("name");
  model.pos = arguments.pos();
  const yaml::Node* fields = arguments.require("fields");
  if (fields && !fields->is_map()) {
    arguments.diagnostics().add(
        "yaml.type", fields->pos(),
        fmt::format("{} must be a map of fields by name, found {}",
                    arguments.what("fields"), fields->kind_name()));
  } else if (fields) {
    for (const yaml::Node::Entry& entry : fields->entries) {
      model.fields.push_back(arguments.field(entry.value, entry.key));
    }
  }
  arguments.options("options", model);
  model.bases = arguments.texts("bases");
  return std::make_shared<CreateModel>(std::move(model));
}

std::string CreateModel::describe() const {
  return fmt::format("Create {}model {}", model_.proxy() ? "proxy " : "",
                     name());
}

Data CreateModel::to_data() const {
  DataMap fields;
  for (const orm::FieldDef& field : model_.fields) {
    if (is_order_field(model_, field)) continue;
    fields.set(field.name, orm::field_to_data(field));
  }
  DataMap data{{"name", model_.name}, {"fields", std::move(fields)}};
  DataMap options = orm::meta_to_data(model_);
  if (!options.empty()) data.set("options", std::move(options));
  if (!model_.bases.empty()) data.set("bases", model_.bases);
  return data;
}

void CreateModel::state_forwards(std::string_view app,
                                 ProjectState& state) const {
  orm::ModelDef model = model_;
  model.app = app;
  keep_order_last(model);
  state.add_model(std::move(model));
}

void CreateModel::database_forwards(std::string_view app,
                                    orm::SchemaEditor& editor,
                                    const ProjectState&,
                                    const ProjectState& to) const {
  const orm::ModelDef& model = to.model({std::string(app), name_lower()});
  if (has_table(model)) editor.create_model(model, to.models());
}

void CreateModel::database_backwards(std::string_view app,
                                     orm::SchemaEditor& editor,
                                     const ProjectState& from,
                                     const ProjectState&) const {
  const orm::ModelDef& model = from.model({std::string(app), name_lower()});
  if (has_table(model)) editor.delete_model(model, from.models());
}

std::optional<ModelNames> CreateModel::mentioned_models(
    std::string_view app) const {
  ModelNames names = own_models();
  add_mentioned(model_, app, names);
  return names;
}

Reduction CreateModel::reduce(const Operation& later,
                              std::string_view app) const {
  if (auto* model = dynamic_cast<const ModelOperation*>(&later);
      model && same_model(*model)) {
    if (later.type() == "DeleteModel" && !model_.proxy()) {
      return Reduction::replace({});
    }
    orm::ModelDef folded = model_;
    if (fold_option(later, folded)) {
      follow_own_name(folded, app);
      return Reduction::replace({std::make_shared<CreateModel>(folded)});
    }
  }
  if (auto* field = dynamic_cast<const FieldOperation*>(&later);
      field && field->model_name_lower() == name_lower()) {
    return fold_field(*field, key(app));
  }
  if (auto* index = dynamic_cast<const IndexOperation*>(&later);
      index && index->model_name_lower() == name_lower()) {
    return fold_index(*index);
  }
  return ModelOperation::reduce(later, app);
}

bool CreateModel::fold_option(const Operation& later, orm::ModelDef& model) {
  auto apply = [&](const auto* operation) {
    if (operation) operation->apply(model);
    return operation != nullptr;
  };
  return apply(dynamic_cast<const RenameModel*>(&later)) ||
         apply(dynamic_cast<const AlterModelOptions*>(&later)) ||
         apply(dynamic_cast<const AlterTogether*>(&later)) ||
         apply(dynamic_cast<const AlterOrderWithRespectTo*>(&later));
}

/// Relations to itself follow a new name.
void CreateModel::follow_own_name(orm::ModelDef& folded,
                                  std::string_view app) const {
  const orm::ModelKey renamed{std::string(app), text::lower(folded.name)};
  if (renamed == key(app)) return;
  for (orm::FieldDef& field : folded.fields) {
    repoint(field, key(app), renamed);
  }
}

Reduction CreateModel::fold_field(const FieldOperation& later,
                                  const orm::ModelKey& own) const {
  orm::ModelDef folded = model_;
  if (auto* add = dynamic_cast<const AddField*>(&later)) {
    folded.fields.push_back(kept_field(*add));
    keep_order_last(folded);
  } else if (auto* alter = dynamic_cast<const AlterField*>(&later)) {
    if (orm::FieldDef* field = folded.find_field(later.name())) {
      *field = kept_field(*alter);
    }
  } else if (later.type() == "ValidateForeignKey") {
    // There are no rows to look at: the key is valid from the beginning.
  } else if (later.type() == "RemoveField") {
    drop_field(folded, later.name());
  } else if (auto* rename = dynamic_cast<const RenameField*>(&later)) {
    rename->apply(folded);
    for (orm::FieldDef& field : folded.fields) {
      if (names_field(field, own, rename->name())) {
        field.arguments.set("to_field", rename->new_name());
      }
    }
  } else {
    return Reduction::blocked();
  }
  return Reduction::replace({std::make_shared<CreateModel>(folded)});
}

Reduction CreateModel::fold_index(const IndexOperation& later) const {
  orm::ModelDef folded = model_;
  if (auto* add = dynamic_cast<const AddIndex*>(&later)) {
    folded.indexes.push_back(add->index());
  } else if (auto* remove = dynamic_cast<const RemoveIndex*>(&later)) {
    drop_named(folded.indexes, remove->name());
  } else if (auto* rename = dynamic_cast<const RenameIndex*>(&later)) {
    rename->apply(folded);
  } else if (auto* altered = dynamic_cast<const AlterConstraint*>(&later)) {
    for (orm::ConstraintDef& one : folded.constraints) {
      if (one.name() == altered->constraint().name()) {
        one = altered->constraint();
      }
    }
  } else if (auto* constrain = dynamic_cast<const AddConstraint*>(&later)) {
    // What is not valid yet must stay a step of its own.
    if (later.type() == "AddConstraintNotValid") return Reduction::blocked();
    folded.constraints.push_back(constrain->constraint());
  } else if (auto* free = dynamic_cast<const RemoveConstraint*>(&later)) {
    drop_named(folded.constraints, free->name());
  } else {
    return Reduction::blocked();
  }
  return Reduction::replace({std::make_shared<CreateModel>(folded)});
}

}  // namespace manage::migrations_engine
