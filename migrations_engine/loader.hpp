// Reads the migration files of all apps and joins them into a graph.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "migrations_engine/graph.hpp"
#include "orm/apps.hpp"

namespace manage::migrations_engine {

class Loader {
 public:
  /// Reads every file. Throws with everything that is wrong in all of them:
  /// "migrations.missing-dependency", "migrations.cycle", and what
  /// read_migration throws. `models` gives the project-wide facts that states
  /// need (user model, limit of names).
  Loader(const orm::Apps& apps, const orm::ModelSet& models);

  const MigrationGraph& graph() const { return graph_; }
  const orm::Apps& apps() const { return apps_; }

  /// The state before any migration.
  const ProjectState& empty_state() const { return empty_; }
  /// The state after every migration.
  ProjectState final_state() const;

  /// Throws Error "migrations.conflict" if an app has more than one leaf.
  void check_conflicts() const;
  /// Throws Error "migrations.history" if one of `applied` depends on one that
  /// is not.
  void check_history(const std::set<MigrationKey>& applied) const;

  /// The migration of `app` that `name` means: the name, or a prefix that only
  /// one has. Throws a usage error with near names.
  MigrationKey find(std::string_view app, std::string_view name) const;

 private:
  void read_app(const orm::AppConfig& app, Diagnostics& diagnostics);
  void connect(const Migration& migration, Diagnostics& diagnostics);
  std::optional<MigrationKey> resolve(const Dependency& dependency,
                                      const Migration& migration,
                                      Diagnostics& diagnostics) const;

  const orm::Apps& apps_;
  ProjectState empty_;
  MigrationGraph graph_;
};

}  // namespace manage::migrations_engine
