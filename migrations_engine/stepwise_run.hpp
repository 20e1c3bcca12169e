// Runs a migration that is not one transaction, so that after a crash at any
// point it is known which of its statements are done.
//
// A statement, or those that belong together, and the note that it is done are
// one transaction where the database allows it. Statements that run only
// outside transactions are noted before and after; after a crash between the
// two the database is asked whether they took effect. Transactions that the
// migration itself begins and ends hold the notes of what is in them.
#pragma once

#include "migrations_engine/execution.hpp"
#include "migrations_engine/recorder.hpp"
#include "migrations_engine/statement_runner.hpp"
#include "migrations_engine/stored_plan.hpp"

namespace manage::migrations_engine {

class StepwiseRun {
 public:
  /// All outlive it.
  StepwiseRun(orm::Connection& connection, Recorder& recorder,
              MigrationLog& log, StatementRunner& runner, const Step& step,
              const ExecuteOptions& options, std::function<void()> changed);

  /// All of it. False if another tool had done it: then nothing was run.
  bool run(const StoredPlan& plan);
  /// From where it stopped. `fresh` plans the migration as its file is now; it
  /// is asked only if the file has changed.
  /// Throws Error "migrations.changed" if the statements that are done have
  /// changed, and "migrations.doubtful" if nobody can tell whether the next one
  /// has been done.
  /// `code` gives the program at a place of the plan.
  void resume(const HalfDone& half, const std::function<StoredPlan()>& fresh,
              const std::function<std::shared_ptr<const PlannedCode>(
                  std::size_t operation)>& code);
  /// How many statements were done before this run.
  std::size_t resumed_after() const { return resumed_after_; }

 private:
  class Position;

  std::size_t first_to_run(const HalfDone& half);
  void begin_again();
  bool is_done(const StoredPlan::Item& item, const HalfDone& half);
  /// Runs everything from statement `at_` on, and records the migration.
  void finish();
  void run_rest();
  /// Runs the statements that belong together, from `at_` on.
  void run_group();
  void run_together(std::size_t end);
  void run_outside();
  void run_alone(const StoredPlan::Item& item);
  /// A statement or a program, in the transaction that is open.
  void run_item(const StoredPlan::Item& item);
  void run_in_own_transaction();
  void note(std::size_t done, bool begun = false);
  /// Whether anything is kept that can be continued.
  bool note_stop(const Error& error) noexcept;
  void record();

  orm::Connection& connection_;
  Recorder& recorder_;
  MigrationLog& log_;
  StatementRunner& runner_;
  const Step& step_;
  const ExecuteOptions& options_;
  std::function<void()> changed_;
  DateTime started_;
  StoredPlan plan_;
  std::int64_t row_ = 0;
  std::size_t at_ = 0;  ///< how many statements are done
  std::size_t resumed_after_ = 0;
};

}  // namespace manage::migrations_engine
