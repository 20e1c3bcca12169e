#include "migrations_engine/executor.hpp"

#include <fmt/format.h>

#include "core/text.hpp"

namespace manage::migrations_engine {

namespace {

/// The state before each step, made in one pass over the history.
class Timeline {
 public:
  Timeline(const Loader& loader, const std::vector<Step>& steps,
           std::set<MigrationKey> applied)
      : loader_(loader), applied_(std::move(applied)) {
    std::set<MigrationKey> undone;
    for (const Step& step : steps) {
      if (step.backwards) undone.insert(step.migration->key);
    }
    if (undone.empty()) return;
    ProjectState state = loader_.empty_state();
    for (const MigrationKey& key : loader_.graph().full_plan()) {
      if (undone.contains(key)) before_undone_[key] = state;
      if (applied_.contains(key)) loader_.graph().get(key).apply_to(state);
    }
  }

  /// REQUIRES: called for every step in order.
  ProjectState before(const Step& step) {
    const MigrationKey& key = step.migration->key;
    if (step.backwards) {
      applied_.erase(key);
      running_.reset();
      return before_undone_.at(key);
    }
    if (!running_) {
      running_ = loader_.empty_state();
      for (const MigrationKey& one : loader_.graph().full_plan()) {
        if (applied_.contains(one)) {
          loader_.graph().get(one).apply_to(*running_);
        }
      }
    }
    ProjectState state = *running_;
    step.migration->apply_to(*running_);
    applied_.insert(key);
    return state;
  }

 private:
  const Loader& loader_;
  std::set<MigrationKey> applied_;
  std::map<MigrationKey, ProjectState> before_undone_;
  std::optional<ProjectState> running_;
};

std::string describe_row(const orm::Result& result) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < result.columns.size(); ++i) {
    parts.push_back(fmt::format("{} {}", result.columns[i],
                                orm::display(result.rows.front()[i])));
  }
  return text::join(parts, ", ");
}

/// What the database said, with what it was about.
Error failed(const Error& cause, const Step& step, const SourcePos& pos,
             const orm::Statement& statement) {
  std::string hint = step.migration->atomic
                         ? "nothing of this migration was kept"
                         : "this migration is not atomic: what ran before "
                           "this statement stays";
  return Error(cause.code(),
               fmt::format("{} {} failed: {}",
                           step.backwards ? "undoing" : "applying",
                           step.migration->key.text(), cause.message()))
      .at(pos)
      .hint(fmt::format("{}; the statement was: {}", hint, statement.sql))
      .exit(cause.exit_code());
}

/// Runs statements on every way out, for what must be undone outside the
/// transaction (foreign keys on again).
class AtExit {
 public:
  AtExit(orm::Connection& connection,
         const std::vector<orm::Statement>& statements)
      : connection_(connection), statements_(statements) {}
  AtExit(const AtExit&) = delete;
  AtExit& operator=(const AtExit&) = delete;
  ~AtExit() {
    try {
      for (const orm::Statement& statement : statements_) {
        connection_.execute(statement.sql);
      }
    } catch (const Error&) {
      // The connection is lost, and with it the setting.
    }
  }

 private:
  orm::Connection& connection_;
  const std::vector<orm::Statement>& statements_;
};

}  // namespace

Executor::Executor(orm::Connection& connection, const Loader& loader,
                   Recorder& recorder)
    : connection_(connection), loader_(loader), recorder_(recorder) {}

std::vector<Plan> make_plans(const Loader& loader,
                             const std::vector<Step>& steps,
                             const std::set<MigrationKey>& applied,
                             orm::Catalog& catalog,
                             const orm::Dialect& dialect) {
  Timeline timeline(loader, steps, applied);
  std::vector<Plan> plans;
  for (const Step& step : steps) {
    plans.push_back(make_plan(step, timeline.before(step), catalog, dialect));
  }
  return plans;
}

void Executor::run(const std::vector<Step>& steps,
                   std::set<MigrationKey> applied,
                   const ExecuteOptions& options, ExecutionObserver& observer) {
  if (steps.empty()) return;
  check_reversible(steps);
  // Every state once before the first statement: what does not fit together
  // is found while nothing has been changed.
  Timeline rehearsal(loader_, steps, applied);
  for (const Step& step : steps) rehearsal.before(step);
  recorder_.ensure_table();
  Timeline timeline(loader_, steps, std::move(applied));
  for (const Step& step : steps) {
    observer.started(step);
    ProjectState state = timeline.before(step);
    if (options.fake) {
      orm::Transaction transaction(connection_);
      claim(step);
      record(step, options.now());
      transaction.commit();
    } else {
      run_step(step, state, options);
    }
    observer.finished(step, options.fake);
  }
}

void Executor::run_step(const Step& step, const ProjectState& state,
                        const ExecuteOptions& options) {
  // Read anew for every step: RunSQL may have changed anything.
  std::unique_ptr<orm::Introspector> introspector =
      orm::introspector(connection_);
  orm::Catalog catalog(introspector.get());
  Plan plan = make_plan(step, state, catalog, connection_.dialect());
  AtExit restore(connection_, plan.after);
  run_statements(plan.before, step, {});
  if (plan.atomic()) {
    orm::Transaction transaction(connection_);
    claim(step);
    for (const PlannedOperation& operation : plan.operations) {
      run_statements(operation.statements, step, operation.pos);
    }
    run_statements(plan.checks, step, {});
    record(step, options.now());
    transaction.commit();
    return;
  }
  for (const PlannedOperation& operation : plan.operations) {
    run_statements(operation.statements, step, operation.pos);
  }
  run_statements(plan.checks, step, {});
  orm::Transaction transaction(connection_);
  claim(step);
  record(step, options.now());
  transaction.commit();
}

void Executor::run_statements(const std::vector<orm::Statement>& statements,
                              const Step& step, const SourcePos& pos) {
  for (const orm::Statement& statement : statements) {
    try {
      if (!statement.must_be_empty) {
        connection_.execute(statement.sql, statement.parameters);
        continue;
      }
      orm::Result result =
          connection_.query(statement.sql, statement.parameters);
      if (!result.rows.empty()) {
        throw Error(
            "migrations.check-failed",
            fmt::format("{}: {}", statement.comment, describe_row(result)));
      }
    } catch (const Error& error) {
      throw failed(error, step, pos, statement);
    }
  }
}

void Executor::claim(const Step& step) {
  recorder_.lock();
  bool is_applied = recorder_.applied().contains(step.migration->key);
  if (is_applied == step.backwards) return;
  throw Error("migrations.concurrent",
              fmt::format("another run {} {} meanwhile",
                          step.backwards ? "undid" : "applied",
                          step.migration->key.text()))
      .hint("nothing was changed by this run; start it again")
      .exit(ExitCode::kLocked);
}

void Executor::record(const Step& step, DateTime now) {
  if (step.backwards) {
    recorder_.record_unapplied(step.migration->key);
  } else {
    recorder_.record_applied(step.migration->key, now);
  }
}

}  // namespace manage::migrations_engine
