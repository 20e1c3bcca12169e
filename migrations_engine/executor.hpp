// Runs plans on a database.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/datetime.hpp"
#include "migrations_engine/loader.hpp"
#include "migrations_engine/plan.hpp"
#include "migrations_engine/planner.hpp"
#include "migrations_engine/recorder.hpp"
#include "orm/connection.hpp"

namespace manage::migrations_engine {

/// Told about progress; prints or counts. Called only after the fact: finished
/// means committed.
class ExecutionObserver {
 public:
  virtual ~ExecutionObserver() = default;
  virtual void started(const Step& step) = 0;
  virtual void finished(const Step& step, bool faked) = 0;
};

struct ExecuteOptions {
  /// Record the migrations without running them.
  bool fake = false;
  std::function<DateTime()> now;
};

/// The plans of the steps without running them. Each is made on what the ones
/// before it would leave behind. `catalog` is what the database has now;
/// offline (sqlmigrate) an empty one, and every migration planned before.
std::vector<Plan> make_plans(const Loader& loader,
                             const std::vector<Step>& steps,
                             const std::set<MigrationKey>& applied,
                             orm::Catalog& catalog,
                             const orm::Dialect& dialect);

class Executor {
 public:
  Executor(orm::Connection& connection, const Loader& loader,
           Recorder& recorder);

  /// Runs the steps, each in its own transaction with its row in
  /// django_migrations, so that a crash leaves whole migrations. `applied` is
  /// what the steps were planned from. Throws at the first failure; what is
  /// finished stays.
  void run(const std::vector<Step>& steps, std::set<MigrationKey> applied,
           const ExecuteOptions& options, ExecutionObserver& observer);

 private:
  void run_step(const Step& step, const ProjectState& state,
                const ExecuteOptions& options);
  void run_statements(const std::vector<orm::Statement>& statements,
                      const Step& step, const SourcePos& pos);
  /// Locks out other runs and makes sure none was faster.
  /// REQUIRES: in a transaction.
  void claim(const Step& step);
  void record(const Step& step, DateTime now);

  orm::Connection& connection_;
  const Loader& loader_;
  Recorder& recorder_;
};

}  // namespace manage::migrations_engine
