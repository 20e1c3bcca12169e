#include <fmt/format.h>

#include "migrations_engine/detection.hpp"
#include "migrations_engine/operations/add_field.hpp"
#include "migrations_engine/operations/alter_field.hpp"
#include "migrations_engine/operations/remove_field.hpp"

namespace manage::migrations_engine {

namespace {

using Kind = OperationDependency::Kind;
using orm::FieldKind;

bool is_many_to_many(const orm::FieldDef& field) {
  return field.kind() == FieldKind::kManyToMany;
}

/// Fields whose empty value is '' (Django's empty_strings_allowed, less the
/// types that override it).
bool allows_empty_text(const orm::FieldDef& field) {
  switch (field.kind()) {
    case FieldKind::kBinary:
    case FieldKind::kChar:
    case FieldKind::kEmail:
    case FieldKind::kFile:
    case FieldKind::kFilePath:
    case FieldKind::kImage:
    case FieldKind::kSlug:
    case FieldKind::kText:
    case FieldKind::kUrl:
      return true;
    default:
      return false;
  }
}

/// Whether existing rows can get the new field without anyone being asked.
bool fills_itself(const orm::FieldDef& field) {
  return field.null() || field.has_default() ||
         field.arguments.find("db_default") || is_many_to_many(field) ||
         (field.blank() && allows_empty_text(field)) ||
         field.flag("auto_now") || field.flag("auto_now_add") ||
         field.type->automatic;
}

orm::FieldDef with_default(const orm::FieldDef& field, Data value) {
  orm::FieldDef changed = field;
  changed.arguments.set("default", std::move(value));
  return changed;
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

}  // namespace

void Detection::compare_fields() {
  for (const orm::ModelKey& key : kept_tables_) {
    for (const orm::FieldDef& field : old_model(key).fields) {
      old_fields_.insert({key, field.name});
    }
    for (const orm::FieldDef& field : new_model(key).fields) {
      new_fields_.insert({key, field.name});
    }
  }
}

void Detection::refuse_probable_field_renames() {
  for (const FieldKey& gone : old_fields_) {
    if (new_fields_.contains(gone)) continue;
    const orm::ModelDef& before = old_model(gone.model);
    const orm::ModelDef& after = new_model(gone.model);
    for (const orm::FieldDef& added : after.fields) {
      if (old_fields_.contains({gone.model, added.name})) continue;
      const orm::FieldDef& old_field = *before.find_field(gone.field);
      if (may_be_renamed(old_field, added, options_.track_non_db)) {
        questioner_.confirm_not_renamed(after, old_field, added);
      }
    }
  }
}

void Detection::remove_fields() {
  for (const FieldKey& key : old_fields_) {
    if (!new_fields_.contains(key)) remove_field(key);
  }
}

void Detection::remove_field(const FieldKey& key) {
  generated_.add(key.model.app,
                 std::make_shared<RemoveField>(key.model.model, key.field),
                 {{key.model, {}, Kind::kTogetherChanged, false},
                  {key.model, {}, Kind::kIndexRemoved, false}});
}

void Detection::add_fields() {
  for (const FieldKey& key : new_fields_) {
    if (!old_fields_.contains(key)) add_field(key);
  }
}

void Detection::add_field(const FieldKey& key) {
  const orm::ModelDef& model = new_model(key.model);
  orm::FieldDef field = *model.find_field(key.field);
  OperationDependencies after{
      {key.model, key.field, Kind::kFieldRemoved, false}};
  if (field.is_relation()) {
    for (OperationDependency& one : relation_dependencies(field)) {
      after.push_back(std::move(one));
    }
  }
  bool preserve_default = fills_itself(field);
  if (!preserve_default) {
    field = with_default(field, questioner_.default_for_added(model, field));
  }
  generated_.add(key.model.app,
                 std::make_shared<AddField>(key.model.model, std::move(field),
                                            preserve_default),
                 std::move(after));
}

void Detection::alter_fields() {
  for (const FieldKey& key : old_fields_) {
    if (new_fields_.contains(key)) alter_field(key);
  }
}

void Detection::alter_field(const FieldKey& key) {
  const orm::ModelDef& model = new_model(key.model);
  const orm::FieldDef& before = *old_model(key.model).find_field(key.field);
  orm::FieldDef field = *model.find_field(key.field);
  if (before.same_definition(field, options_.track_non_db)) return;
  if (is_many_to_many(before) != is_many_to_many(field)) {
    remove_field(key);
    add_field(key);
    return;
  }
  OperationDependencies after;
  if (field.is_relation()) after = relation_dependencies(field);
  bool preserve_default = true;
  if (before.null() && !field.null() && !field.has_default() &&
      !field.arguments.find("db_default") && !is_many_to_many(field)) {
    if (auto value = questioner_.default_for_altered(model, field)) {
      field = with_default(field, std::move(*value));
      preserve_default = false;
    }
  }
  generated_.add(key.model.app,
                 std::make_shared<AlterField>(key.model.model, std::move(field),
                                              preserve_default),
                 std::move(after));
}

}  // namespace manage::migrations_engine
