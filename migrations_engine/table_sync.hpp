// The tables of apps without migrations (migrate --run-syncdb).
//
// Unlike Django's, they are made after the migrations, so that they may refer
// to migrated models.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "migrations_engine/loader.hpp"
#include "migrations_engine/questioner.hpp"
#include "orm/catalog.hpp"

namespace manage::migrations_engine {

/// Migrations that nobody records, in the order in which they can run.
struct TableSync {
  ProjectState before;
  std::vector<MigrationPtr> migrations;
  ProjectState after;  ///< with every model of the apps
};

/// The apps without a migration that have a model.
std::set<std::string> unmigrated_apps(const Loader& loader,
                                      const ProjectState& models);

/// What makes the missing ones of these apps' tables. `migrated` is what the
/// applied migrations left. A table that is there stays as it is, however it
/// looks, as in Django.
TableSync plan_table_sync(const Loader& loader,
                          const std::set<std::string>& apps,
                          const ProjectState& migrated,
                          const ProjectState& models,
                          orm::Introspector& database, Questioner& questioner);

}  // namespace manage::migrations_engine
