#include "migrations_engine/table_sync.hpp"

#include "migrations_engine/autodetector.hpp"
#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

namespace {

/// "0001_initial" looks like the name of a file, which there is not.
MigrationKey unrecorded(const MigrationKey& key) {
  return {key.app, "unrecorded_" + key.name.substr(0, key.name.find('_'))};
}

std::vector<MigrationPtr> in_order(std::vector<Migration> migrations,
                                   const MigrationGraph& files) {
  MigrationGraph graph;
  for (Migration& migration : migrations) {
    migration.key = unrecorded(migration.key);
    for (Dependency& needed : migration.dependencies) {
      if (!needed.swappable && !files.contains(needed.key)) {
        needed.key = unrecorded(needed.key);
      }
    }
    graph.add(std::make_shared<const Migration>(std::move(migration)));
  }
  std::vector<MigrationPtr> ordered;
  for (const MigrationKey& key : graph.keys()) {
    for (const Dependency& needed : graph.get(key).dependencies) {
      if (graph.contains(needed.key)) graph.add_dependency(key, needed.key);
    }
  }
  for (const MigrationKey& key : graph.full_plan()) {
    ordered.push_back(graph.find(key));
  }
  return ordered;
}

}  // namespace

std::set<std::string> unmigrated_apps(const Loader& loader,
                                      const ProjectState& models) {
  std::set<std::string> apps;
  for (const auto& [key, model] : models.models().all()) {
    if (loader.graph().leaves(key.app).empty()) apps.insert(key.app);
  }
  return apps;
}

TableSync plan_table_sync(const Loader& loader,
                          const std::set<std::string>& apps,
                          const ProjectState& migrated,
                          const ProjectState& models,
                          orm::Introspector& database, Questioner& questioner) {
  TableSync sync{migrated, {}, migrated};
  const std::vector<std::string> found = database.tables();
  const std::set<std::string> tables(found.begin(), found.end());
  for (const auto& [key, model] : models.models().all()) {
    if (!apps.contains(key.app)) continue;
    sync.after.add_model(*model);
    if (!has_table(*model) || tables.contains(models.models().table(*model))) {
      sync.before.add_model(*model);
    }
  }
  sync.migrations = in_order(
      detect_changes(sync.before, sync.after, loader.graph(), questioner, {}),
      loader.graph());
  return sync;
}

}  // namespace manage::migrations_engine
