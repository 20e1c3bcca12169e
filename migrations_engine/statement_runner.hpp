// Runs the statements of one step, limited in time, with errors that say what
// they were about.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "migrations_engine/execution.hpp"
#include "orm/connection.hpp"
#include "orm/schema_editor.hpp"

namespace manage::migrations_engine {

class CodePosition;

class StatementRunner {
 public:
  /// All outlive it.
  StatementRunner(orm::Connection& connection, const Step& step,
                  const ExecuteOptions& options, ExecutionObserver& observer)
      : connection_(connection),
        step_(step),
        options_(options),
        observer_(observer) {}

  /// Begins a transaction with the statements `first`, does `work` in it, and
  /// commits. If a lock is not free, all of it is tried again after a pause.
  void in_transaction(std::vector<std::string> first,
                      const std::function<void()>& work);
  /// Outside a transaction; tried again likewise.
  void alone(const orm::Statement& statement, const SourcePos& pos);
  /// One statement as it is: outside, or in whatever transaction is open.
  void run(const orm::Statement& statement, const SourcePos& pos);
  void run_all(const std::vector<orm::Statement>& statements,
               const SourcePos& pos);
  /// A program, in the place of `statement`, as it is: outside, or in whatever
  /// transaction is open. With a position it goes on from there.
  void run_code(const PlannedCode& code, const orm::Statement& statement,
                CodePosition* position = nullptr);
  /// A statement of the records is next.
  void tell(std::string_view sql) { observer_.before_statement(sql); }

  int retries() const { return retries_; }
  /// What the database said, without what failed() put before it.
  std::string reason(const Error& error) const;
  /// What the database said, with what it was about.
  Error failed(const Error& cause, const SourcePos& pos,
               const orm::Statement& statement) const;

 private:
  std::string prefix() const;
  Error code_failed(const Error& cause, const SourcePos& pos) const;
  void with_retries(const std::function<void()>& attempt);
  bool may_retry(const Error& error) const;
  /// Empty where the database has no such limit.
  std::string timeout_sql(orm::Timeout which, std::optional<double> seconds,
                          bool local) const;
  void set_timeout(orm::Timeout which, std::optional<double> seconds,
                   bool local);
  /// Sets the time that the next statement may wait for its lock.
  void limit_lock(const orm::Statement& statement);
  std::optional<double> lock_limit(const orm::Statement& statement) const;

  orm::Connection& connection_;
  const Step& step_;
  const ExecuteOptions& options_;
  ExecutionObserver& observer_;
  int retries_ = 0;
  /// In the transaction that is open; nullopt: the database's own.
  std::optional<double> lock_limit_;
};

/// Runs statements on every way out, for what must be undone outside the
/// transaction (foreign keys on again).
class AtExit {
 public:
  /// Both outlive it.
  AtExit(orm::Connection& connection,
         const std::vector<orm::Statement>& statements)
      : connection_(connection), statements_(statements) {}
  AtExit(const AtExit&) = delete;
  AtExit& operator=(const AtExit&) = delete;
  ~AtExit();

 private:
  orm::Connection& connection_;
  const std::vector<orm::Statement>& statements_;
};

}  // namespace manage::migrations_engine
