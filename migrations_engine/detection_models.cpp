#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "migrations_engine/detection.hpp"
#include "migrations_engine/operations/add_constraint.hpp"
#include "migrations_engine/operations/add_field.hpp"
#include "migrations_engine/operations/add_index.hpp"
#include "migrations_engine/operations/alter_field.hpp"
#include "migrations_engine/operations/alter_order_with_respect_to.hpp"
#include "migrations_engine/operations/alter_unique_together.hpp"
#include "migrations_engine/operations/create_model.hpp"
#include "migrations_engine/operations/delete_model.hpp"
#include "migrations_engine/operations/field_renames.hpp"
#include "migrations_engine/operations/model_edits.hpp"
#include "migrations_engine/operations/remove_constraint.hpp"
#include "migrations_engine/operations/remove_field.hpp"
#include "migrations_engine/operations/remove_index.hpp"
#include "orm/column_clauses.hpp"

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

/// A child comes after its parents, and takes a field over when they have let
/// it go.
OperationDependencies parent_dependencies(const orm::ModelDef& model) {
  OperationDependencies found;
  for (const std::string& base : model.bases) {
    const orm::ModelKey parent = orm::ModelKey::parse(base);
    found.push_back({parent, {}, Kind::kModelCreated, false});
    for (const orm::FieldDef& field : model.fields) {
      found.push_back({parent, field.name, Kind::kFieldRemoved, false});
    }
  }
  return found;
}

/// For each model: after everything that points there points elsewhere or is
/// gone.
std::map<orm::ModelKey, OperationDependencies> releases(
    const ProjectState& state) {
  std::map<orm::ModelKey, OperationDependencies> found;
  const orm::ModelSet& models = state.models();
  for (const auto& [owner, model] : models.all()) {
    for (const orm::FieldDef& field : model->fields) {
      if (!field.is_relation()) continue;
      OperationDependencies& list = found[models.resolve(field.to())];
      list.push_back({owner, field.name, Kind::kFieldRemoved, false});
      if (!field.has_column()) continue;
      list.push_back({owner, field.name, Kind::kFieldAltered, false});
    }
  }
  for (const auto& [owner, model] : models.all()) {
    for (const orm::FieldDef& field : model->fields) {
      const std::string through = field.text("through");
      if (through.empty()) continue;
      found[models.resolve(through)].push_back(
          {owner, field.name, Kind::kFieldRemoved, false});
    }
  }
  return found;
}

/// How an index or a constraint goes, and which relations it is on.
struct PartRemoval {
  OperationPtr operation;
  std::set<std::string> fields;
};

std::vector<PartRemoval> part_removals(const orm::ModelDef& model) {
  std::vector<PartRemoval> found;
  const std::string name = model.key().model;
  for (const orm::IndexDef& index : model.indexes) {
    found.push_back({std::make_shared<RemoveIndex>(name, index.name()), {}});
  }
  for (const orm::ConstraintDef& constraint : model.constraints) {
    found.push_back(
        {std::make_shared<RemoveConstraint>(name, constraint.name()), {}});
  }
  for (const orm::FieldDef& field : model.fields) {
    if (!field.is_relation()) continue;
    // What would follow a new name is on the field.
    orm::ModelDef other = model;
    FieldRename(field.name, field.name + "_").apply(other);
    std::size_t part = 0;
    const auto compare = [&](const auto& mine, const auto& renamed) {
      for (std::size_t i = 0; i < mine.size(); ++i, ++part) {
        if (!(mine[i] == renamed[i])) found[part].fields.insert(field.name);
      }
    };
    compare(model.indexes, other.indexes);
    compare(model.constraints, other.constraints);
  }
  return found;
}

}  // namespace

void Detection::refuse_what_no_operation_expresses() const {
  Diagnostics diagnostics;
  for (const orm::ModelKey& key : kept_keys_) {
    const orm::ModelDef& before = old_model(key);
    const orm::ModelDef& after = new_model(key);
    auto refuse = [&](const std::string& what, const SourcePos& pos,
                      std::string hint) {
      diagnostics.add("migrations.unsupported", pos,
                      fmt::format("{} of model {} changed, and no operation "
                                  "expresses that",
                                  what, after.label()),
                      std::move(hint));
    };
    const char* by_hand =
        "change it back, or write the migration by hand with RunSQL and "
        "SeparateDatabaseAndState";
    if (before.bases != after.bases) refuse("the parents", after.pos, by_hand);
    if (!kept_tables_.contains(key)) continue;
    if (before.composite_key() != after.composite_key()) {
      refuse("the composite primary key", after.pos, by_hand);
    }
    for (const orm::FieldDef& field : after.fields) {
      const orm::FieldDef* old_field = before.find_field(field.name);
      if (!old_field || old_field->kind() != orm::FieldKind::kManyToMany ||
          field.kind() != orm::FieldKind::kManyToMany) {
        continue;
      }
      if (old_field->text("through") != field.text("through")) {
        refuse(fmt::format("through of field {}", field.name), field.pos,
               "remove the field and add it under another name; its rows can "
               "be copied in between with RunSQL");
      }
    }
  }
  diagnostics.throw_if_errors();
}

void Detection::delete_models(bool proxies) {
  auto after = releases(from_);
  for (const orm::ModelKey& key : old_keys_) {
    if (kept_keys_.contains(key)) continue;
    if (old_model(key).proxy() != proxies) continue;
    delete_model(key, std::move(after[key]));
  }
}

void Detection::delete_model(const orm::ModelKey& key,
                             OperationDependencies after) {
  const orm::ModelDef& model = old_model(key);
  if (model.proxy() || !model.managed()) {
    add(key, std::make_shared<DeleteModel>(model.name));
    return;
  }
  if (!model.unique_together().empty()) {
    generated_.add(key.app,
                   std::make_shared<AlterUniqueTogether>(
                       key.model, std::vector<std::vector<std::string>>{}));
  }
  std::set<std::string> related;
  for (const orm::FieldDef& field : model.fields) {
    if (field.is_relation()) related.insert(field.name);
  }
  const auto parts = part_removals(model);
  for (const std::string& name : related) {
    auto removal = std::make_shared<RemoveField>(key.model, name);
    for (const PartRemoval& part : parts) {
      if (part.fields.contains(name)) {
        generated_.add_before(removal, part.operation);
      }
    }
    OperationDependencies emptied;
    if (has_field(model.unique_together(), name)) {
      emptied.push_back({key, name, Kind::kTogetherChanged, false, true});
    }
    generated_.add(key.app, std::move(removal), std::move(emptied));
  }
  for (const std::string& name : related) {
    after.push_back({key, name, Kind::kFieldRemoved, false});
  }
  generated_.add(key.app, std::make_shared<DeleteModel>(model.name),
                 std::move(after));
}

void Detection::create_models(bool proxies) {
  Keys added;
  for (const orm::ModelKey& key : new_keys_) {
    if (kept_keys_.contains(key)) continue;
    if (new_model(key).proxy() == proxies) added.insert(key);
  }
  if (proxies) {
    for (const orm::ModelKey& key : added) create_model(key);
    return;
  }
  // Each goes before what is there, so the last one first (Django's way to a
  // sorted list).
  std::vector<orm::ModelKey> order = user_model_first(added, to_.models());
  for (auto key = order.rbegin(); key != order.rend(); ++key) {
    create_model(*key);
  }
  for (const orm::ModelKey& key : added) {
    if (old_keys_.contains(key)) repoint_relations(key);
  }
}

void Detection::repoint_relations(const orm::ModelKey& key) {
  for (const auto& [owner, field] : to_.relations_to(key)) {
    if (!kept_tables_.contains(owner)) continue;
    add(owner, std::make_shared<AlterField>(owner.model, *field, true),
        {{key, {}, Kind::kModelCreated, false}});
  }
}

void Detection::create_model(const orm::ModelKey& key) {
  const orm::ModelDef& model = new_model(key);
  OperationDependencies after = parent_dependencies(model);
  after.push_back({key, {}, Kind::kModelRemoved, false});
  // Relations come later, so that models may point at each other; a key or a
  // link to a parent cannot wait.
  std::vector<std::string> later;
  const std::vector<std::string> key_parts = model.composite_key();
  for (const orm::FieldDef& field : model.fields) {
    if (!field.is_relation() || field.flag("parent_link")) continue;
    const bool in_key = std::find(key_parts.begin(), key_parts.end(),
                                  field.name) != key_parts.end();
    if (field.primary_key() || in_key) {
      OperationDependency target = relation_dependencies(field).front();
      after.push_back(std::move(target));
    } else {
      later.push_back(field.name);
    }
  }
  // What is computed from these waits for them.
  const std::vector<std::string> relations = later;
  for (const orm::FieldDef& field : model.fields) {
    if (std::any_of(relations.begin(), relations.end(),
                    [&](const std::string& source) {
                      return orm::is_computed_from(field, source);
                    })) {
      later.push_back(field.name);
    }
  }
  std::sort(later.begin(), later.end());
  orm::ModelDef bare = model;
  bare.renamed_from.clear();
  std::erase_if(bare.fields, [&](const orm::FieldDef& field) {
    return is_order_field(model, field) ||
           std::binary_search(later.begin(), later.end(), field.name);
  });
  bare.options.erase("unique_together");
  bare.options.erase("order_with_respect_to");
  bare.indexes.clear();
  bare.constraints.clear();
  if (!model.managed()) {
    // No table of ours: the whole model at once.
    bare = model;
    for (const std::string& name : later) {
      const orm::FieldDef& field = *model.find_field(name);
      if (!field.is_relation()) continue;
      OperationDependencies target = relation_dependencies(field);
      after.insert(after.end(), target.begin(), target.end());
    }
  }
  auto operation = std::make_shared<CreateModel>(std::move(bare));
  if (model.proxy()) {
    generated_.add(key.app, std::move(operation), std::move(after));
    return;
  }
  generated_.add_first(key.app, std::move(operation), std::move(after));
  if (model.managed()) create_the_rest(model, later);
}

void Detection::create_the_rest(const orm::ModelDef& model,
                                const std::vector<std::string>& later) {
  orm::ModelKey key = model.key();
  OperationDependencies all_fields;
  for (const std::string& name : later) {
    const orm::FieldDef& field = *model.find_field(name);
    OperationDependencies after;
    if (field.is_relation()) {
      after = relation_dependencies(field);
    } else {
      after = source_dependencies(key, field);
    }
    after.push_back({key, {}, Kind::kModelCreated, false});
    generated_.add(key.app, std::make_shared<AddField>(key.model, field, true),
                   std::move(after));
    all_fields.push_back({key, name, Kind::kFieldCreated, false});
  }
  all_fields.push_back({key, {}, Kind::kModelCreated, false});
  if (const Data* order = model.options.find("order_with_respect_to")) {
    generated_.add(
        key.app,
        std::make_shared<AlterOrderWithRespectTo>(key.model, *order->text()),
        {{key, *order->text(), Kind::kFieldCreated, false},
         {key, {}, Kind::kModelCreated, false}});
  }
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
