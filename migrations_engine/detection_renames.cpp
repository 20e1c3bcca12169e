// Renames: what is gone on one side and new on the other, but the same thing.
// They are applied to the old state first, so that all that follows compares
// like with like.
#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "migrations_engine/detection.hpp"
#include "migrations_engine/operations/alter_field.hpp"
#include "migrations_engine/operations/model_edits.hpp"
#include "migrations_engine/operations/rename_field.hpp"
#include "migrations_engine/operations/rename_model.hpp"
#include "orm/relation_names.hpp"

namespace manage::migrations_engine {

namespace {

using Kind = OperationDependency::Kind;

/// What a renamed model has in common with its old self: its fields, whatever
/// the order, their names, the models they point to, and mere labels.
std::vector<std::string> shape(const orm::ModelDef& model, bool labels) {
  std::vector<std::string> fields;
  for (const orm::FieldDef& field : model.fields) {
    DataMap arguments = field.arguments;
    arguments.erase("to");
    std::vector<std::string> texts;
    for (const auto& [key, value] : arguments) {
      const orm::ArgumentSpec* spec = orm::find_argument(*field.type, key);
      if (!labels && spec && spec->label_only) continue;
      texts.push_back(key + "=" + to_json(value));
    }
    std::sort(texts.begin(), texts.end());
    fields.push_back(
        fmt::format("{}({})", field.type->name, text::join(texts, ",")));
  }
  std::sort(fields.begin(), fields.end());
  return fields;
}

/// Equal, or equal but for a db_column that keeps the old column.
bool may_be_renamed(const orm::FieldDef& old_field,
                    const orm::FieldDef& new_field, bool track_non_db) {
  if (old_field.same_definition(new_field, track_non_db)) return true;
  orm::FieldDef twin = new_field;
  twin.arguments.erase("db_column");
  return new_field.has_column() && new_field.column() == old_field.column() &&
         old_field.same_definition(twin, track_non_db);
}

/// What `renamed_from` says is not there any more, but something else is gone:
/// to go on would delete that.
Error names_nothing(const std::string& what, const std::string& told,
                    const std::vector<std::string>& gone,
                    const SourcePos& pos) {
  std::string hint = text::did_you_mean(told, gone);
  if (hint.empty()) hint = "gone are " + text::join(gone, ", ");
  return Error("migrations.question",
               fmt::format("{}: renamed_from names {}, which the migrations do "
                           "not have, or the models still have",
                           what, told))
      .at(pos)
      .hint(hint + "; without renamed_from it would be deleted")
      .exit(ExitCode::kUsage);
}

Error not_gone(const std::string& old_name, const std::string& new_name) {
  return usage_error(
      fmt::format("{} was not renamed to {}: it is not among what the models "
                  "no longer have",
                  old_name, new_name),
      "the name before = is the old one, as the migrations have it");
}

}  // namespace

void Detection::rename_models() {
  for (const orm::ModelKey& added : new_keys_) {
    if (from_.models().find(added)) continue;
    const std::optional<orm::ModelKey> gone = old_key_of(added);
    if (!gone) continue;
    rename_model(*gone, added);
    shapes_.reset();
  }
}

bool Detection::model_is_gone(const orm::ModelKey& key) const {
  return from_.models().find(key) && !new_keys_.contains(key);
}

std::vector<orm::ModelKey> Detection::gone_of_shape(
    const std::vector<std::string>& wanted) {
  if (!shapes_) {
    shapes_.emplace();
    for (const auto& [key, model] : from_.models().all()) {
      if (!model_is_gone(key) || !has_table(*model)) continue;
      (*shapes_)[shape(*model, options_.track_non_db)].push_back(key);
    }
  }
  const auto found = shapes_->find(wanted);
  return found == shapes_->end() ? std::vector<orm::ModelKey>{} : found->second;
}

std::optional<orm::ModelKey> Detection::old_key_of(const orm::ModelKey& added) {
  const orm::ModelDef& model = new_model(added);
  if (auto told = questioner_.old_model(model)) {
    if (model_is_gone(*told)) return told;
    throw not_gone("model " + told->text(), model.label());
  }
  if (!model.renamed_from.empty()) {
    orm::ModelKey told = orm::ModelKey::parse(model.renamed_from);
    if (told.app.empty()) told.app = added.app;
    if (model_is_gone(told)) return told;
    std::vector<std::string> gone;
    for (const auto& [key, before] : from_.models().all()) {
      if (!model_is_gone(key)) continue;
      gone.push_back(key.app == added.app ? before->name : before->label());
    }
    // Of an old history that was begun anew it may be left over.
    if (gone.empty()) return std::nullopt;
    questioner_.renamed_from_nothing(names_nothing(
        "model " + model.label(), model.renamed_from, gone, model.pos));
  }
  if (!has_table(model)) return std::nullopt;
  for (const orm::ModelKey& key :
       gone_of_shape(shape(model, options_.track_non_db))) {
    // In another app only a model of the same name is a likely one.
    const bool near = key.app == added.app || key.model == added.model;
    if (near && questioner_.was_renamed(old_model(key), model)) return key;
  }
  return std::nullopt;
}

void Detection::rename_model(const orm::ModelKey& gone,
                             const orm::ModelKey& added) {
  if (gone.app != added.app) return move_model(gone, added);
  const orm::ModelDef& model = new_model(added);
  OperationDependencies after = model_dependencies(model);
  // What points to it must be there, or it would point to the old name.
  for (const auto& [owner, field] : from_.relations_to(gone)) {
    after.push_back({owner, {}, Kind::kModelCreated, false});
  }
  // Other renames need not wait for each other, nor this one for itself.
  for (OperationDependency& one : after) {
    if (one.kind == Kind::kModelCreated) one.kind = Kind::kModelNew;
  }
  auto operation =
      std::make_shared<RenameModel>(old_model(gone).name, model.name);
  apply_to_state(*operation, gone.app, from_);
  renamed_models_.emplace(added, gone);
  if (waits_for_new_models(gone.app, after)) late_renames_.insert(added);
  generated_.add(gone.app, std::move(operation), std::move(after));
}

bool Detection::waits_for_new_models(
    const std::string& app, const OperationDependencies& dependencies) const {
  return std::any_of(dependencies.begin(), dependencies.end(),
                     [&](const OperationDependency& one) {
                       return one.model.app == app &&
                              !from_.models().find(one.model);
                     });
}

void Detection::rename_fields() {
  for (const orm::ModelKey& key : kept_tables_) {
    // By name, whatever the order in the file.
    std::set<std::string> added;
    for (const orm::FieldDef& field : new_model(key).fields) {
      if (!old_model(key).find_field(field.name)) added.insert(field.name);
    }
    for (const std::string& name : added) {
      if (const auto gone = old_name_of(key, name)) {
        rename_field(key, *gone, name);
      }
    }
  }
}

std::optional<std::string> Detection::old_name_of(const orm::ModelKey& key,
                                                  const std::string& added) {
  const orm::ModelDef& before = old_model(key);
  const orm::ModelDef& after = new_model(key);
  const orm::FieldDef& field = *after.find_field(added);
  if (is_order_field(after, field)) return std::nullopt;
  auto is_gone = [&](const std::string& name) {
    return before.find_field(name) && !after.find_field(name);
  };
  if (auto told = questioner_.old_field(after, field)) {
    if (is_gone(*told)) return told;
    throw not_gone(fmt::format("field {}.{}", after.label(), *told),
                   after.label() + "." + added);
  }
  std::set<std::string> gone;
  for (const orm::FieldDef& old_field : before.fields) {
    if (is_gone(old_field.name) && !is_order_field(before, old_field)) {
      gone.insert(old_field.name);
    }
  }
  if (const std::string& told = field.renamed_from; !told.empty()) {
    if (is_gone(told)) return told;
    if (gone.empty()) return std::nullopt;
    questioner_.renamed_from_nothing(
        names_nothing(fmt::format("field {}.{}", after.label(), added), told,
                      {gone.begin(), gone.end()}, field.pos));
  }
  if (auto link = carried_link(before, field); link && is_gone(*link)) {
    return link;
  }
  for (const std::string& name : gone) {
    const orm::FieldDef& old_field = *before.find_field(name);
    if (may_be_renamed(old_field, field, options_.track_non_db) &&
        questioner_.was_renamed(after, old_field, field)) {
      return name;
    }
  }
  return std::nullopt;
}

/// The implicit link to a parent has the parent's name, so to rename the parent
/// renames the link: nobody is asked again.
std::optional<std::string> Detection::carried_link(
    const orm::ModelDef& before, const orm::FieldDef& added) const {
  const auto is_implicit = [](const orm::FieldDef& field) {
    return field.flag("parent_link") && field.flag("auto_created");
  };
  if (!is_implicit(added)) return std::nullopt;
  const auto parent = renamed_models_.find(to_.models().resolve(added.to()));
  if (parent == renamed_models_.end()) return std::nullopt;
  const orm::FieldDef* link =
      before.find_field(orm::parent_link_name(parent->second));
  const bool same = link && is_implicit(*link) &&
                    from_.models().resolve(link->to()) == parent->first;
  return same ? std::optional(link->name) : std::nullopt;
}

void Detection::rename_field(const orm::ModelKey& key, const std::string& gone,
                             const std::string& added) {
  const orm::FieldDef before = *old_model(key).find_field(gone);
  const orm::FieldDef& after = *new_model(key).find_field(added);
  orm::FieldDef moved = before;
  moved.name = added;
  // A db_column that keeps the column comes first, so that the column is not
  // renamed there and back.
  if (before.has_column() && after.has_column() &&
      after.column() == before.column() && moved.column() != after.column()) {
    orm::FieldDef keeping = before;
    keeping.arguments.set("db_column", before.column());
    auto operation =
        std::make_shared<AlterField>(key.model, std::move(keeping), true);
    apply_to_state(*operation, key.app, from_);
    field_renames_.push_back({key, std::move(operation)});
  }
  auto operation = std::make_shared<RenameField>(key.model, gone, added);
  apply_to_state(*operation, key.app, from_);
  field_renames_.push_back({key, std::move(operation)});
}

void Detection::add_field_renames() {
  for (const auto& [key, operation] : field_renames_) {
    add(key, operation);
  }
}

}  // namespace manage::migrations_engine
