// What there is to do for migrate.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "commands/migrate.hpp"
#include "migrations_engine/loader.hpp"
#include "migrations_engine/migration_log.hpp"
#include "migrations_engine/planner.hpp"
#include "migrations_engine/recorder.hpp"
#include "orm/run_lock.hpp"

namespace manage::commands {

/// As the database was when it was looked at.
struct MigrateWork {
  std::set<migrations_engine::MigrationKey> applied;
  std::vector<migrations_engine::Step> steps;
  std::optional<migrations_engine::HalfDone> half;
  bool empty() const { return steps.empty() && !half; }
};

/// The files and the database of one run.
class MigrateJob {
 public:
  /// Opens the database. Throws what is wrong with the files.
  MigrateJob(const MigrateOptions& options, cli::Context& context);

  /// Joins the files with what the database recorded. Throws what does not fit
  /// together.
  MigrateWork look();
  /// Puts what is half-done first. Throws Error "migrations.half-done" unless
  /// it is to be continued, or recorded as done by --fake.
  void continue_half_done(MigrateWork& work) const;
  /// "everything", "shop.0002_x": where to. REQUIRES: look() was called.
  std::string goal(const MigrateWork& work) const;

  orm::Connection& connection;
  migrations_engine::Loader loader;
  migrations_engine::Recorder recorder;
  migrations_engine::MigrationLog log;

 private:
  /// Whether the run ends with what is left of a half-done undo.
  bool only_undoes(const migrations_engine::HalfDone& half) const;

  const MigrateOptions& options_;
  std::vector<migrations_engine::Target> targets_;
};

/// What is open and found out before anything is done.
struct OpenedJob {
  std::unique_ptr<orm::RunLock> lock;  ///< nullptr: not held yet
  std::unique_ptr<MigrateJob> job;
  MigrateWork work;
};

/// Takes the lock of runs only where another run must be waited for to look.
OpenedJob open_job(const MigrateOptions& options, cli::Context& context);

}  // namespace manage::commands
