#include "migrations_engine/statement_runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "core/text.hpp"
#include "migrations_engine/code_runner.hpp"

namespace manage::migrations_engine {

namespace {

constexpr double kLeastPause = 0.1;

std::string describe_row(const orm::Result& result) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < result.columns.size(); ++i) {
    parts.push_back(fmt::format("{} {}", result.columns[i],
                                orm::display(result.rows.front()[i])));
  }
  return text::join(parts, ", ");
}

std::string_view what_stays(const Migration& migration) {
  if (migration.one_transaction()) return "nothing of this migration was kept";
  const bool grouped = std::any_of(
      migration.operations.begin(), migration.operations.end(),
      [](const OperationPtr& operation) { return operation->atomic(); });
  return grouped ? "this migration is not one transaction: what was committed "
                   "before stays"
                 : "this migration is not atomic: what ran before this "
                   "statement stays";
}

/// Longer each time, because what stands in the way has to drain; by chance,
/// because two runs must not meet again and again.
double pause_before(int attempt, double lock_timeout) {
  static std::mt19937 generator{std::random_device{}()};
  std::uniform_real_distribution<double> jitter(0.5, 1.5);
  return std::max(lock_timeout, kLeastPause) * attempt * jitter(generator);
}

}  // namespace

AtExit::~AtExit() {
  try {
    for (const orm::Statement& statement : statements_) {
      connection_.execute(statement.sql);
    }
  } catch (const Error&) {
    // The connection is lost, and with it the setting.
  }
}

std::string StatementRunner::prefix() const {
  return fmt::format("{} {} failed: ", step_.backwards ? "undoing" : "applying",
                     step_.migration->key.text());
}

std::string StatementRunner::reason(const Error& error) const {
  const std::string before = prefix();
  const std::string& message = error.message();
  return message.starts_with(before) ? message.substr(before.size()) : message;
}

Error StatementRunner::failed(const Error& cause, const SourcePos& pos,
                              const orm::Statement& statement) const {
  const Migration& migration = *step_.migration;
  // One that ran later has said so already.
  if (cause.message().starts_with(prefix())) return cause;
  // Nobody interrupted it: a limit did, or cli/ knows better.
  return Error(cause.code(), prefix() + cause.message())
      .at(pos ? pos : SourcePos{migration.file, 0, 0})
      .hint(fmt::format("{}; the statement was: {}", what_stays(migration),
                        statement.sql))
      .exit(cause.exit_code() == ExitCode::kInterrupted ? ExitCode::kFailed
                                                        : cause.exit_code());
}

bool StatementRunner::may_retry(const Error& error) const {
  bool limits_locks =
      !connection_.dialect().set_timeout(orm::Timeout::kLock, 0, true).empty();
  return limits_locks && error.code() == "database.locked";
}

void StatementRunner::with_retries(const std::function<void()>& attempt) {
  for (int number = 1;; ++number) {
    try {
      return attempt();
    } catch (const Error& error) {
      if (!may_retry(error) || number > options_.limits.retries) throw;
      ++retries_;
      double seconds = pause_before(number, options_.limits.lock_timeout);
      observer_.retrying(step_, error, number, seconds);
      options_.pause(seconds);
    }
  }
}

void StatementRunner::in_transaction(std::vector<std::string> first,
                                     const std::function<void()>& work) {
  const RunLimits& limits = options_.limits;
  std::string limit =
      timeout_sql(orm::Timeout::kStatement, limits.statement_timeout, true);
  if (!limit.empty()) first.insert(first.begin(), std::move(limit));
  // Most statements lock everybody out; the limit saves them a round trip.
  std::optional<double> lock_limit;
  if (limits.lock_timeout > 0) lock_limit = limits.lock_timeout;
  limit = lock_limit ? timeout_sql(orm::Timeout::kLock, lock_limit, true) : "";
  if (!limit.empty()) first.push_back(std::move(limit));
  with_retries([&] {
    orm::Transaction transaction(connection_, first);
    lock_limit_ = lock_limit;
    work();
    orm::Statement commit;
    commit.sql = "COMMIT";
    tell(commit.sql);
    try {
      transaction.commit();
    } catch (const Error& error) {
      // Foreign keys that are checked late speak up here.
      throw failed(error, {step_.migration->file, 0, 0}, commit);
    }
  });
}

void StatementRunner::alone(const orm::Statement& statement,
                            const SourcePos& pos) {
  const RunLimits& limits = options_.limits;
  bool limited = limits.in_session;
  with_retries([&] {
    if (limited) {
      set_timeout(orm::Timeout::kStatement, limits.statement_timeout, false);
      set_timeout(orm::Timeout::kLock, lock_limit(statement), false);
    }
    run(statement, pos);
    if (!limited || connection_.in_transaction()) return;
    set_timeout(orm::Timeout::kStatement, std::nullopt, false);
    set_timeout(orm::Timeout::kLock, std::nullopt, false);
  });
}

std::string StatementRunner::timeout_sql(orm::Timeout which,
                                         std::optional<double> seconds,
                                         bool local) const {
  std::optional<std::int64_t> milliseconds;
  if (seconds) milliseconds = std::llround(*seconds * 1000);
  return connection_.dialect().set_timeout(which, milliseconds, local);
}

void StatementRunner::set_timeout(orm::Timeout which,
                                  std::optional<double> seconds, bool local) {
  std::string sql = timeout_sql(which, seconds, local);
  if (!sql.empty()) connection_.later(sql);
}

std::optional<double> StatementRunner::lock_limit(
    const orm::Statement& statement) const {
  if (connection_.dialect().manner(statement.sql).patient) return 0.0;
  bool strong = statement.lock == orm::LockLevel::kAccessExclusive;
  double seconds = options_.limits.lock_timeout;
  if (!strong || seconds == 0) return std::nullopt;
  return seconds;
}

void StatementRunner::limit_lock(const orm::Statement& statement) {
  std::optional<double> wanted = lock_limit(statement);
  if (wanted == lock_limit_) return;
  set_timeout(orm::Timeout::kLock, wanted, true);
  lock_limit_ = wanted;
}

void StatementRunner::run(const orm::Statement& statement,
                          const SourcePos& pos) {
  try {
    if (connection_.in_transaction()) {
      limit_lock(statement);
    } else {
      lock_limit_.reset();
    }
    tell(statement.sql);
    // The user's SQL may end the transaction.
    if (statement.table.empty() && !statement.must_be_empty) {
      connection_.execute(statement.sql, statement.parameters);
      return;
    }
    if (!statement.must_be_empty) {
      connection_.later(statement.sql, statement.parameters,
                        [=, this](const Error& error) {
                          return failed(error, pos, statement);
                        });
      return;
    }
    orm::Result result = connection_.query(statement.sql, statement.parameters);
    if (result.rows.empty()) return;
    throw Error("migrations.check-failed",
                fmt::format("{}: {}", statement.comment, describe_row(result)));
  } catch (const Error& error) {
    throw failed(error, pos, statement);
  }
}

Error StatementRunner::code_failed(const Error& cause,
                                   const SourcePos& pos) const {
  std::vector<Diagnostic> all = cause.diagnostics();
  for (Diagnostic& one : all) {
    if (!one.where) one.where = pos;
  }
  all.front().message.insert(0, prefix());
  std::string& hint = all.back().hint;
  if (!hint.empty()) hint += "; ";
  hint += what_stays(*step_.migration);
  // A program that failed has not done its work, whatever it says.
  return Error(std::move(all))
      .exit(cause.exit_code() == ExitCode::kDone ? ExitCode::kFailed
                                                 : cause.exit_code());
}

void StatementRunner::run_code(const PlannedCode& code,
                               const orm::Statement& statement,
                               CodePosition* position) {
  const SourcePos& pos = code.operation->pos;
  if (connection_.in_transaction()) {
    limit_lock(statement);
  } else {
    lock_limit_.reset();
  }
  tell(statement.sql);
  SilentReporter silent;
  try {
    code.operation->run_code({code.app, code.backwards, false, code.models,
                              connection_, options_.code_runner,
                              options_.progress ? *options_.progress : silent,
                              position});
    connection_.flush();
  } catch (const Error& error) {
    throw code_failed(error, pos);
  }
}

void StatementRunner::run_all(const std::vector<orm::Statement>& statements,
                              const SourcePos& pos) {
  for (const orm::Statement& statement : statements) run(statement, pos);
}

}  // namespace manage::migrations_engine
