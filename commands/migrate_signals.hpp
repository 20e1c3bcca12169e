// Tells those who listen that a run of migrate begins, and that it is done.
#pragma once

#include <set>
#include <vector>

#include "cli/context.hpp"
#include "migrations_engine/planner.hpp"

namespace manage::commands {

class MigrateSignals {
 public:
  /// What is given outlives the object.
  MigrateSignals(cli::Context& context, orm::Connection& connection,
                 const migrations_engine::Loader& loader,
                 const std::vector<migrations_engine::Step>& steps);

  /// pre_migrate; `applied` before the run.
  void before(const std::set<migrations_engine::MigrationKey>& applied);
  /// model_renamed, for each model that the step renamed; `after` is the state
  /// then. REQUIRES: in the migration's transaction.
  void changed(const migrations_engine::Step& step,
               const migrations_engine::ProjectState& after);
  /// post_migrate, also of a run that had nothing to do; `applied` after it.
  void after(const std::set<migrations_engine::MigrationKey>& applied);

 private:
  void emit(const orm::Signal<orm::MigrateEvent>& signal,
            const std::set<migrations_engine::MigrationKey>& applied);

  cli::Context& context_;
  orm::Connection& connection_;
  const migrations_engine::Loader& loader_;
  const std::vector<migrations_engine::Step>& steps_;
};

}  // namespace manage::commands
