// Reads the migration files of all apps and joins them into a graph.
//
// A squashed migration stands beside those it replaces until they are deleted,
// and what a database has decides which of them count (Django 5.2's rules):
//   none of the replaced is applied   the squashed one stands for them
//   all of them are                   it does too, and counts as applied
//   some of them are                  they stay, and it is left out
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "migrations_engine/graph.hpp"
#include "orm/apps.hpp"

namespace manage::migrations_engine {

class Loader {
 public:
  /// Reads every file, and joins the graph as a new database needs it. Throws
  /// with everything that is wrong in all of them: "migrations.cycle",
  /// "migrations.missing-dependency", and what read_migration throws. `models`
  /// gives the project-wide facts that states need (user model, limit of
  /// names).
  Loader(const orm::Apps& apps, const orm::ModelSet& models);

  /// Throws what the constructor does not, because it is only wrong for a new
  /// database, which join() may show not to be the one: squashed migrations
  /// that need each other.
  const MigrationGraph& graph() const {
    if (wrong_) throw *wrong_;
    return graph_;
  }
  const orm::Apps& apps() const { return apps_; }

  /// Joins the graph as a database needs it that recorded these. Returns what
  /// counts as applied there: squashed migrations all of whose replaced ones
  /// are recorded too, and no others. Throws as the constructor.
  std::set<MigrationKey> join(std::set<MigrationKey> recorded);

  /// Every file's migration, sorted by app and name.
  const std::vector<MigrationPtr>& files() const { return files_; }
  /// nullptr if there is no such file.
  MigrationPtr file(const MigrationKey& key) const;
  /// The squashed ones among the files that list others in `replaces`.
  const std::vector<MigrationPtr>& squashed() const { return squashed_; }

  /// The state before any migration.
  const ProjectState& empty_state() const { return empty_; }
  /// The state after every migration.
  ProjectState final_state() const;
  /// The state after those that are among `applied`.
  ProjectState state_of(const std::set<MigrationKey>& applied) const;

  /// Throws Error "migrations.conflict" if an app has more than one leaf.
  void check_conflicts() const;
  /// Throws Error "migrations.history" if one of `applied`, which join()
  /// returned, depends on one that is not.
  void check_history(const std::set<MigrationKey>& applied) const;

  /// The migration of `app` that `name` means: the name, or a prefix that only
  /// one of the files has. Throws a usage error with near names.
  MigrationKey find(std::string_view app, std::string_view name) const;
  /// What find() finds, in the graph: a squashed migration that was left out
  /// gives the last one it replaces; for one that is replaced its squashed
  /// migrations are left out of the graph from now on.
  MigrationKey find_in_graph(std::string_view app, std::string_view name);

 private:
  using Keys = std::set<MigrationKey>;

  void read_files(Diagnostics& diagnostics);
  void connect_files(Diagnostics& diagnostics);
  void connect(const Migration& migration, bool own_app,
               Diagnostics& diagnostics);
  std::optional<MigrationKey> resolve(const Dependency& dependency,
                                      const Migration& migration,
                                      Diagnostics& diagnostics);
  std::optional<MigrationKey> end_of(const MigrationKey& key) const;
  void report_missing(const Dependency& dependency, const MigrationKey& key,
                      const Migration& migration,
                      Diagnostics& diagnostics) const;
  /// Leaves out the squashed migrations of `app` whose replaced files are
  /// there, whatever is recorded.
  Keys join_without(std::string_view app);
  void check_absent() const;
  /// Throws a usage error: no migration of the app has such a name.
  [[noreturn]] void not_found(std::string_view app,
                              std::string_view name) const;

  const orm::Apps& apps_;
  ProjectState empty_;
  std::vector<MigrationPtr> files_;
  std::vector<MigrationPtr> squashed_;
  Keys replaced_;         ///< by any of squashed_
  Keys recorded_;         ///< as join() got them
  MigrationGraph whole_;  ///< squashed and replaced side by side
  MigrationGraph graph_;
  std::optional<Error> wrong_;  ///< with graph_
};

}  // namespace manage::migrations_engine
