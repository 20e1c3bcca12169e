// Tells those who listen that a run of migrate begins, and that it is done.
#pragma once

#include <vector>

#include "cli/context.hpp"
#include "migrations_engine/planner.hpp"

namespace manage::commands {

class MigrateSignals {
 public:
  /// What is given outlives the object.
  /// `own` are those of the project's scripts, told after the program's.
  MigrateSignals(cli::Context& context, const orm::Signals& own,
                 orm::Connection& connection,
                 const std::vector<migrations_engine::Step>& steps);

  /// pre_migrate; `state` is the one before the run.
  void before(const migrations_engine::ProjectState& state);
  /// model_renamed, for each model that the step renamed; `after` is the state
  /// then. REQUIRES: in the migration's transaction.
  void changed(const migrations_engine::Step& step,
               const migrations_engine::ProjectState& after);
  /// post_migrate, also of a run that had nothing to do; `state` is the one
  /// after it.
  void after(const migrations_engine::ProjectState& state);

 private:
  void emit(orm::Signal<orm::MigrateEvent> orm::Signals::*signal,
            const migrations_engine::ProjectState& state);

  cli::Context& context_;
  const orm::Signals& own_;
  orm::Connection& connection_;
  const std::vector<migrations_engine::Step>& steps_;
};

}  // namespace manage::commands
