#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "migrations_engine/detection.hpp"
#include "migrations_engine/operations/add_constraint.hpp"
#include "migrations_engine/operations/add_field.hpp"
#include "migrations_engine/operations/add_index.hpp"
#include "migrations_engine/operations/alter_unique_together.hpp"
#include "migrations_engine/operations/create_model.hpp"
#include "migrations_engine/operations/delete_model.hpp"
#include "migrations_engine/operations/model_edits.hpp"
#include "migrations_engine/operations/remove_field.hpp"

namespace manage::migrations_engine {

namespace {

using Kind = OperationDependency::Kind;

/// The user model comes first, because others refer to it.
std::vector<orm::ModelKey> user_model_first(std::set<orm::ModelKey> keys,
                                            const orm::ModelSet& models) {
  orm::ModelKey user = models.resolve("auth_user_model");
  std::vector<orm::ModelKey> sorted;
  if (keys.erase(user) > 0) sorted.push_back(user);
  sorted.insert(sorted.end(), keys.begin(), keys.end());
  return sorted;
}

/// What a renamed model has in common with its old self: its fields, whatever
/// the order, their names and the models they point to.
std::vector<std::string> shape(const orm::ModelDef& model) {
  std::vector<std::string> fields;
  for (const orm::FieldDef& field : model.fields) {
    DataMap arguments = field.arguments;
    arguments.erase("to");
    std::vector<std::string> texts;
    for (const auto& [key, value] : arguments) {
      texts.push_back(key + "=" + to_json(value));
    }
    std::sort(texts.begin(), texts.end());
    fields.push_back(
        fmt::format("{}({})", field.type->name, text::join(texts, ",")));
  }
  std::sort(fields.begin(), fields.end());
  return fields;
}

}  // namespace

void Detection::refuse_what_no_operation_expresses() const {
  Diagnostics diagnostics;
  for (const orm::ModelKey& key : kept_keys_) {
    const orm::ModelDef& before = old_model(key);
    const orm::ModelDef& after = new_model(key);
    auto refuse = [&](std::string_view what) {
      diagnostics.add("migrations.unsupported", after.pos,
                      fmt::format("{} of model {} changed, and this version "
                                  "has no operation for that",
                                  what, after.label()),
                      "change it back, or write the migration by hand with "
                      "RunSQL");
    };
    for (std::string_view option : {"db_table", "order_with_respect_to"}) {
      const Data* old_value = before.options.find(option);
      const Data* new_value = after.options.find(option);
      bool same = old_value && new_value ? *old_value == *new_value
                                         : old_value == new_value;
      if (!same) refuse(option);
    }
    if (before.bases != after.bases) refuse("the parents");
    if (before.proxy() != after.proxy()) refuse("proxy");
  }
  diagnostics.throw_if_any();
}

void Detection::refuse_probable_model_renames() {
  for (const orm::ModelKey& gone : old_keys_) {
    if (new_keys_.contains(gone)) continue;
    for (const orm::ModelKey& added : new_keys_) {
      if (old_keys_.contains(added) || added.app != gone.app) continue;
      if (shape(old_model(gone)) == shape(new_model(added))) {
        questioner_.confirm_not_renamed(old_model(gone), new_model(added));
      }
    }
  }
}

void Detection::delete_models() {
  for (const orm::ModelKey& key : old_keys_) {
    if (!new_keys_.contains(key)) delete_model(key);
  }
}

void Detection::delete_model(const orm::ModelKey& key) {
  const orm::ModelDef& model = old_model(key);
  if (!model.unique_together().empty()) {
    generated_.add(key.app,
                   std::make_shared<AlterUniqueTogether>(
                       key.model, std::vector<std::vector<std::string>>{}));
  }
  std::set<std::string> related;
  for (const orm::FieldDef& field : model.fields) {
    if (field.is_relation()) related.insert(field.name);
  }
  for (const std::string& name : related) {
    generated_.add(key.app, std::make_shared<RemoveField>(key.model, name));
  }
  // After everything that pointed here points elsewhere or is gone.
  OperationDependencies after;
  for (const auto& [owner, field] : from_.relations_to(key)) {
    after.push_back({owner, field->name, Kind::kFieldRemoved, false});
    if (field->has_column()) {
      after.push_back({owner, field->name, Kind::kFieldAltered, false});
    }
  }
  for (const auto& [owner, other] : from_.models().all()) {
    for (const orm::FieldDef& field : other->fields) {
      std::string through = field.text("through");
      if (!through.empty() && from_.models().resolve(through) == key) {
        after.push_back({owner, field.name, Kind::kFieldRemoved, false});
      }
    }
  }
  for (const std::string& name : related) {
    after.push_back({key, name, Kind::kFieldRemoved, false});
  }
  generated_.add(key.app, std::make_shared<DeleteModel>(model.name),
                 std::move(after));
}

void Detection::create_models() {
  Keys added;
  for (const orm::ModelKey& key : new_keys_) {
    if (!old_keys_.contains(key)) added.insert(key);
  }
  // Each goes before what is there, so the last one first (Django's way to a
  // sorted list).
  std::vector<orm::ModelKey> order = user_model_first(added, to_.models());
  for (auto key = order.rbegin(); key != order.rend(); ++key) {
    create_model(*key);
  }
}

void Detection::create_model(const orm::ModelKey& key) {
  const orm::ModelDef& model = new_model(key);
  OperationDependencies after{{key, {}, Kind::kModelRemoved, false}};
  for (const std::string& base : model.bases) {
    after.push_back(
        {orm::ModelKey::parse(base), {}, Kind::kModelCreated, false});
  }
  // Relations come later, so that models may point at each other; a key or a
  // link to a parent cannot wait.
  std::vector<std::string> later;
  for (const orm::FieldDef& field : model.fields) {
    if (!field.is_relation() || field.flag("parent_link")) continue;
    if (field.primary_key()) {
      OperationDependency target = relation_dependencies(field).front();
      after.push_back(std::move(target));
    } else {
      later.push_back(field.name);
    }
  }
  std::sort(later.begin(), later.end());
  orm::ModelDef bare = model;
  std::erase_if(bare.fields, [&](const orm::FieldDef& field) {
    return std::binary_search(later.begin(), later.end(), field.name);
  });
  bare.options.erase("unique_together");
  bare.indexes.clear();
  bare.constraints.clear();
  if (!model.managed()) {
    // No table of ours: the whole model at once.
    bare = model;
    for (const std::string& name : later) {
      OperationDependencies target =
          relation_dependencies(*model.find_field(name));
      after.insert(after.end(), target.begin(), target.end());
    }
  }
  generated_.add_first(key.app, std::make_shared<CreateModel>(std::move(bare)),
                       std::move(after));
  if (model.managed()) create_the_rest(model, later);
}

void Detection::create_the_rest(const orm::ModelDef& model,
                                const std::vector<std::string>& later) {
  orm::ModelKey key = model.key();
  OperationDependencies all_fields;
  for (const std::string& name : later) {
    const orm::FieldDef& field = *model.find_field(name);
    OperationDependencies after = relation_dependencies(field);
    after.push_back({key, {}, Kind::kModelCreated, false});
    generated_.add(key.app, std::make_shared<AddField>(key.model, field, true),
                   std::move(after));
    all_fields.push_back({key, name, Kind::kFieldCreated, false});
  }
  all_fields.push_back({key, {}, Kind::kModelCreated, false});
  for (const orm::IndexDef& index : model.indexes) {
    generated_.add(key.app, std::make_shared<AddIndex>(key.model, index),
                   all_fields);
  }
  for (const orm::ConstraintDef& constraint : model.constraints) {
    generated_.add(key.app,
                   std::make_shared<AddConstraint>(key.model, constraint),
                   all_fields);
  }
  if (!model.unique_together().empty()) {
    generated_.add(key.app,
                   std::make_shared<AlterUniqueTogether>(
                       key.model, model.unique_together()),
                   all_fields);
  }
}

}  // namespace manage::migrations_engine
