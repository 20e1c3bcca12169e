#include "migrations_engine/autodetector.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "migrations_engine/detection.hpp"
#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

namespace {

constexpr std::size_t kMaxName = 100;

using ByApp = std::map<std::string, std::vector<Migration>>;
using Names = std::map<MigrationKey, MigrationKey>;

/// Leaves only `apps` and those they depend on.
void trim(ByApp& changes, const std::set<std::string>& apps) {
  if (apps.empty()) return;
  std::set<std::string> wanted = apps;
  std::size_t before;
  do {
    before = wanted.size();
    for (const auto& [app, list] : changes) {
      if (!wanted.contains(app)) continue;
      for (const Migration& migration : list) {
        for (const Dependency& dependency : migration.dependencies) {
          if (!dependency.swappable) wanted.insert(dependency.key.app);
        }
      }
    }
  } while (wanted.size() != before);
  std::erase_if(changes,
                [&](const auto& item) { return !wanted.contains(item.first); });
}

/// A swapped model is compared: another project may not swap it.
bool may_have_table(const orm::ModelDef& model) {
  return model.managed() && !model.proxy();
}

/// Numbers and names one app's migrations, and joins them to its leaf.
void name_migrations(std::vector<Migration>& list, const MigrationGraph& graph,
                     const DetectOptions& options, Names& names) {
  std::vector<MigrationKey> leaves = graph.leaves(list.front().key.app);
  int number = leaves.empty() ? 0 : parse_number(leaves.front().name);
  for (std::size_t i = 0; i < list.size(); ++i) {
    Migration& migration = list[i];
    if (i == 0 && !leaves.empty()) {
      migration.dependencies.push_back({leaves.front(), false, {}});
    }
    std::string name = options.name;
    if (name.empty()) {
      name = i == 0 && leaves.empty()
                 ? "initial"
                 : text::prefix(suggest_name(migration, options.timestamp),
                                kMaxName);
    }
    MigrationKey key{migration.key.app,
                     fmt::format("{:04}_{}", ++number, name)};
    names[migration.key] = key;
    migration.key = std::move(key);
  }
}

void finish_dependencies(Migration& migration, const Names& names) {
  for (Dependency& dependency : migration.dependencies) {
    auto found = names.find(dependency.key);
    if (found != names.end()) dependency.key = found->second;
  }
  std::sort(migration.dependencies.begin(), migration.dependencies.end());
  migration.dependencies.erase(
      std::unique(migration.dependencies.begin(), migration.dependencies.end()),
      migration.dependencies.end());
}

}  // namespace

std::vector<Migration> detect_changes(const ProjectState& from,
                                      const ProjectState& to,
                                      const MigrationGraph& graph,
                                      Questioner& questioner,
                                      const DetectOptions& options) {
  ByApp changes =
      Detection(from, to, questioner, options).run().migrations(graph);
  std::erase_if(changes, [](const auto& item) { return item.second.empty(); });
  trim(changes, options.apps);
  Names names;
  for (auto& [app, list] : changes) {
    name_migrations(list, graph, options, names);
  }
  std::vector<Migration> found;
  for (auto& [app, list] : changes) {
    for (Migration& migration : list) {
      finish_dependencies(migration, names);
      found.push_back(std::move(migration));
    }
  }
  return found;
}

// --- Detection --------------------------------------------------------------

Detection::Detection(const ProjectState& from, const ProjectState& to,
                     Questioner& questioner, const DetectOptions& options)
    : from_(from), to_(to), questioner_(questioner), options_(options) {
  for (const auto& [key, model] : to_.models().all()) new_keys_.insert(key);
}

void Detection::compare_models() {
  for (const auto& [key, model] : from_.models().all()) old_keys_.insert(key);
  for (const auto& [key, model] : to_.models().all()) {
    if (!old_keys_.contains(key)) continue;
    if (model->proxy() != old_model(key).proxy()) continue;
    kept_keys_.insert(key);
    if (may_have_table(*model) && may_have_table(old_model(key))) {
      kept_tables_.insert(key);
    }
  }
}

// The order of the steps is Django 5.2's; it decides the order of operations.
GeneratedOperations Detection::run() && {
  rename_models();
  compare_models();
  rename_fields();
  compare_fields();
  refuse_what_no_operation_expresses();
  delete_models(false);
  create_models(false);
  delete_models(true);
  create_models(true);
  alter_options();
  alter_comments();
  compare_indexes();
  remove_constraints();
  remove_indexes();
  add_field_renames();
  rename_indexes();
  reduce_unique_together();
  remove_fields();
  add_fields();
  alter_fields();
  alter_orders();
  extend_unique_together();
  add_indexes();
  add_constraints();
  alter_constraints();
  alter_tables();
  return std::move(generated_);
}

void Detection::add(const orm::ModelKey& key, OperationPtr operation,
                    OperationDependencies dependencies) {
  if (late_renames_.contains(key)) {
    dependencies.push_back(
        {key, {}, OperationDependency::Kind::kModelRenamed, false});
  }
  generated_.add(key.app, std::move(operation), std::move(dependencies));
}

const orm::ModelDef& Detection::old_model(const orm::ModelKey& key) const {
  return from_.model(key);
}

const orm::ModelDef& Detection::new_model(const orm::ModelKey& key) const {
  return to_.model(key);
}

OperationDependencies Detection::relation_dependencies(
    const orm::FieldDef& field) const {
  using Kind = OperationDependency::Kind;
  OperationDependencies found{{to_.models().resolve(field.to()),
                               {},
                               Kind::kModelCreated,
                               field.to() == "auth_user_model"}};
  if (std::string through = field.text("through"); !through.empty()) {
    found.push_back(
        {to_.models().resolve(through), {}, Kind::kModelCreated, false});
  }
  return found;
}

OperationDependencies Detection::model_dependencies(
    const orm::ModelDef& model) const {
  OperationDependencies found;
  for (const orm::FieldDef& field : model.fields) {
    if (!field.is_relation()) continue;
    for (OperationDependency& one : relation_dependencies(field)) {
      found.push_back(std::move(one));
    }
  }
  return found;
}

}  // namespace manage::migrations_engine
