// Runs plans on a database.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "migrations_engine/execution.hpp"
#include "migrations_engine/loader.hpp"
#include "migrations_engine/migration_log.hpp"
#include "migrations_engine/planner.hpp"
#include "migrations_engine/recorder.hpp"
#include "migrations_engine/run_plans.hpp"
#include "migrations_engine/table_sync.hpp"
#include "orm/connection.hpp"

namespace manage::migrations_engine {

class StatementRunner;
class StepwiseRun;

class Executor {
 public:
  /// All outlive it.
  Executor(orm::Connection& connection, const Loader& loader,
           Recorder& recorder, MigrationLog& log);

  /// Runs the steps. Each is one transaction with its rows in the records, so
  /// that a crash leaves whole migrations; if its plan is not atomic, as
  /// StepwiseRun says. `applied` is what the steps were planned from; a step
  /// that another tool did meanwhile is left out. Throws at the first failure;
  /// what is finished stays.
  void run(const std::vector<Step>& steps, std::set<MigrationKey> applied,
           const ExecuteOptions& options, ExecutionObserver& observer);

  /// Makes the missing tables, each app's in a transaction, and records
  /// nothing. Returns what was made.
  std::vector<std::string> create_tables(const TableSync& sync,
                                         const ExecuteOptions& options,
                                         ExecutionObserver& observer);

 private:
  /// What is done beside a step.
  struct Around {
    /// In its transaction, once its statements have run.
    std::function<void()> changed;
    /// While the database is at it: what the next step needs.
    std::function<void()> meanwhile;
  };
  StepOutcome run_step(const Step& step, const ProjectState& state,
                       const ExecuteOptions& options, const Around& around,
                       ExecutionObserver& observer);
  StepOutcome fake(const Step& step, const ExecuteOptions& options);
  bool run_atomic(const Step& step, const Plan& plan,
                  const ExecuteOptions& options, StatementRunner& runner,
                  const Around& around);
  void resume(const Step& step, const ProjectState& state,
              const ExecuteOptions& options, StepwiseRun& run);
  bool is_done(const Step& step);
  /// Whether the transaction fails from here on if it is; false: ask.
  bool fail_if_done(const Step& step);
  void record(const Step& step, DateTime now);

  orm::Connection& connection_;
  const Loader& loader_;
  Recorder& recorder_;
  MigrationLog& log_;
  RunPlans plans_;
};

}  // namespace manage::migrations_engine
