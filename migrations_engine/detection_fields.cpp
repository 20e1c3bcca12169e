#include <fmt/format.h>

#include <algorithm>

#include "migrations_engine/detection.hpp"
#include "migrations_engine/operations/add_field.hpp"
#include "migrations_engine/operations/alter_field.hpp"
#include "migrations_engine/operations/model_edits.hpp"
#include "migrations_engine/operations/remove_field.hpp"
#include "orm/column_clauses.hpp"

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
  return field.null() || field.has_default() || field.has_db_default() ||
         !field.has_column() || field.filled_by_database() ||
         (field.blank() && allows_empty_text(field)) ||
         field.flag("auto_now") || field.flag("auto_now_add");
}

/// Whether the default is a call ({call: uuid4}), which gives another value
/// each time.
bool default_is_computed(const orm::FieldDef& field) {
  const DataMap* map = field.default_value().map();
  return map && (map->find("call") || map->find("lua"));
}

orm::FieldDef with_default(const orm::FieldDef& field, Data value) {
  orm::FieldDef changed = field;
  changed.arguments.set("default", std::move(value));
  return changed;
}

}  // namespace

void Detection::compare_fields() {
  auto collect = [](const orm::ModelDef& model, std::set<FieldKey>& found) {
    for (const orm::FieldDef& field : model.fields) {
      // The column _order comes and goes with its option.
      if (is_order_field(model, field)) continue;
      found.insert({model.key(), field.name});
    }
  };
  for (const orm::ModelKey& key : kept_tables_) {
    collect(old_model(key), old_fields_);
    collect(new_model(key), new_fields_);
  }
}

void Detection::remove_fields() {
  for (const FieldKey& key : old_fields_) {
    if (!new_fields_.contains(key)) remove_field(key);
  }
}

void Detection::remove_field(const FieldKey& key) {
  OperationDependencies after{
      {key.model, key.field, Kind::kOrderUnset, false},
      {key.model, key.field, Kind::kTogetherChanged, false},
      {key.model, {}, Kind::kIndexRemoved, false}};
  // What is computed from it goes first, or is computed from others by then.
  for (const orm::FieldDef& field : old_model(key.model).fields) {
    if (!orm::is_computed_from(field, key.field)) continue;
    for (Kind kind : {Kind::kFieldRemoved, Kind::kFieldAltered}) {
      after.push_back({key.model, field.name, kind, false});
    }
  }
  add(key.model, std::make_shared<RemoveField>(key.model.model, key.field),
      std::move(after));
}

OperationDependencies Detection::source_dependencies(
    const orm::ModelKey& key, const orm::FieldDef& field) const {
  OperationDependencies found;
  for (const orm::FieldDef& source : new_model(key).fields) {
    if (source.name != field.name &&
        !old_fields_.contains({key, source.name}) &&
        orm::is_computed_from(field, source.name)) {
      found.push_back({key, source.name, Kind::kFieldCreated, false});
    }
  }
  return found;
}

OperationDependencies Detection::late_columns(const orm::ModelKey& key) const {
  const orm::ModelDef& before = old_model(key);
  const orm::ModelDef& after = new_model(key);
  const bool loses_fields = std::any_of(
      before.fields.begin(), before.fields.end(),
      [&](const orm::FieldDef& one) { return !after.find_field(one.name); });
  OperationDependencies found;
  for (const orm::FieldDef& field : after.fields) {
    const orm::FieldDef* old_field = before.find_field(field.name);
    const bool is_late =
        old_field ? is_many_to_many(*old_field) != is_many_to_many(field)
                  : loses_fields || field.is_generated();
    if (!is_late) continue;
    if (is_order_field(after, field)) continue;
    found.push_back({key, field.name, Kind::kFieldCreated, false});
  }
  if (is_ordered(after) && !is_ordered(before)) {
    found.push_back({key, {}, Kind::kOrderUnset, false});
  }
  return found;
}

void Detection::add_fields() {
  for (const FieldKey& key : new_fields_) {
    if (!old_fields_.contains(key)) add_field(key);
  }
}

void Detection::add_field(const FieldKey& key) {
  const orm::ModelDef& model = new_model(key.model);
  orm::FieldDef field = *model.find_field(key.field);
  OperationDependencies after = source_dependencies(key.model, field);
  after.push_back({key.model, key.field, Kind::kFieldRemoved, false});
  if (field.is_relation()) {
    for (OperationDependency& one : relation_dependencies(field)) {
      after.push_back(std::move(one));
    }
  }
  bool preserve_default = fills_itself(field);
  if (!preserve_default) {
    field = with_default(field, questioner_.default_for_added(model, field));
  }
  if (field.unique() && field.has_default() && default_is_computed(field)) {
    questioner_.unique_default(model, field);
  }
  add(key.model,
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
  if (field.is_generated() && !before.is_generated()) {
    throw Error("migrations.generated",
                fmt::format("{}.{} has values of its own, which a "
                            "GeneratedField cannot keep",
                            model.label(), field.name))
        .at(field.pos)
        .hint("take the field out, run makemigrations, then add the new one");
  }
  OperationDependencies after = source_dependencies(key.model, field);
  if (field.is_relation()) after = relation_dependencies(field);
  bool preserve_default = true;
  if (before.null() && !field.null() && !field.has_default() &&
      !field.has_db_default() && field.has_column()) {
    if (auto value = questioner_.default_for_altered(model, field)) {
      field = with_default(field, std::move(*value));
      preserve_default = false;
    }
  }
  add(key.model,
      std::make_shared<AlterField>(key.model.model, std::move(field),
                                   preserve_default),
      std::move(after));
}

}  // namespace manage::migrations_engine
