// What a run of migrations is told, and whom it tells.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string_view>

#include "core/datetime.hpp"
#include "core/error.hpp"
#include "core/report.hpp"
#include "migrations_engine/migration_log.hpp"
#include "migrations_engine/plan.hpp"
#include "migrations_engine/planner.hpp"

namespace manage::migrations_engine {

/// How a step ended.
struct StepOutcome {
  bool faked = false;
  /// Another tool had done it meanwhile.
  bool skipped = false;
  /// After how many of its statements it went on, if it was half-done.
  std::optional<std::size_t> resumed_after;
  /// Times that something was tried again because a lock was not free.
  int retries = 0;
  std::int64_t microseconds = 0;
};

/// Told about progress; prints or counts. Called only after the fact: finished
/// means committed.
class ExecutionObserver {
 public:
  virtual ~ExecutionObserver() = default;
  virtual void started(const Step& step) = 0;
  virtual void finished(const Step& step, const StepOutcome& outcome) = 0;
  /// A lock was not free in time; after the pause, attempt number `attempt`
  /// follows, 1 being the first repetition.
  virtual void retrying(const Step& step, const Error& error, int attempt,
                        double seconds) = 0;
  /// Before each statement that changes the database, those of the records
  /// and COMMIT among them.
  virtual void before_statement(std::string_view) {}
};

/// Limits of single statements, in seconds.
struct RunLimits {
  /// How long a statement that locks everybody out may wait for its lock; 0: as
  /// the database does.
  double lock_timeout = 0;
  double statement_timeout = 0;  ///< 0: any time
  /// How often a migration, or a statement of one that is not atomic, is tried
  /// again when a lock was not free.
  int retries = 3;
  /// Whether statements outside transactions may be limited too: behind a
  /// transaction pooler that would limit whoever comes next.
  bool in_session = true;
};

struct ExecuteOptions {
  /// Record the migrations without running them.
  bool fake = false;
  std::function<DateTime()> now;
  /// Those that are only recorded, too (--fake-initial).
  std::set<MigrationKey> present = {};
  RunLimits limits = {};
  /// Sleeps before another attempt; throws to give up.
  std::function<void(double seconds)> pause = [](double) {};
  /// Called before each step; throws if the run must not go on.
  std::function<void()> before_step = [] {};
  /// Which tables this database has (database_routers); empty: all.
  TableFilter has_tables = {};
  /// What runs programs, and gives defaults that are functions of the
  /// project's own; nullptr: nothing does. They outlive the run.
  CodeRunner* code_runner = nullptr;
  orm::Callables* callables = nullptr;
  /// Told how far a program is.
  Reporter* progress = nullptr;
  /// Called in the transaction that records the migration, once its statements
  /// have run; `after` is the state then.
  std::function<void(const Step&, const ProjectState& after)> changed =
      [](const Step&, const ProjectState&) {};
  /// The first step is that one, and goes on where it stopped.
  std::optional<HalfDone> half_done = {};
  /// At this statement, 1-based, whatever is recorded.
  std::optional<std::size_t> resume_at = {};
};

}  // namespace manage::migrations_engine
