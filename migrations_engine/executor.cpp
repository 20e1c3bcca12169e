#include "migrations_engine/executor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "migrations_engine/replacements.hpp"
#include "migrations_engine/statement_runner.hpp"
#include "migrations_engine/stepwise_run.hpp"
#include "migrations_engine/timeline.hpp"

namespace manage::migrations_engine {

namespace {

std::int64_t microseconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now() - begin)
      .count();
}

void run_operations(const Plan& plan, StatementRunner& runner) {
  for (const PlannedOperation& operation : plan.operations) {
    if (operation.code) {
      runner.run_code(*operation.code, operation.statements.front());
    } else {
      runner.run_all(operation.statements, operation.pos);
    }
  }
  runner.run_all(plan.checks, {});
}

}  // namespace

Executor::Executor(orm::Connection& connection, const Loader& loader,
                   Recorder& recorder, MigrationLog& log)
    : connection_(connection),
      loader_(loader),
      recorder_(recorder),
      log_(log),
      plans_(connection, loader) {}

void Executor::run(const std::vector<Step>& steps,
                   std::set<MigrationKey> applied,
                   const ExecuteOptions& options, ExecutionObserver& observer) {
  if (steps.empty()) return;
  check_reversible(steps);
  plans_.rehearse(steps, applied, options);
  recorder_.ensure_table();
  log_.ensure_table();
  Timeline timeline(loader_, steps, std::move(applied));
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    options.before_step();
    observer.started(step);
    const auto begin = std::chrono::steady_clock::now();
    const Timeline::Around state = timeline.next(step);
    const Around around{[&] { options.changed(step, state.left); },
                        [&] {
                          if (i + 1 == steps.size()) return;
                          timeline.prepare(steps[i + 1]);
                          log_.prepare(*steps[i + 1].migration);
                        }};
    StepOutcome outcome =
        only_recorded(step, options)
            ? fake(step, options)
            : run_step(step, state.before, options, around, observer);
    outcome.microseconds = microseconds_since(begin);
    observer.finished(step, outcome);
  }
}

std::vector<std::string> Executor::create_tables(const TableSync& sync,
                                                 const ExecuteOptions& options,
                                                 ExecutionObserver& observer) {
  std::vector<std::string> tables;
  ProjectState state = sync.before;
  for (const MigrationPtr& migration : sync.migrations) {
    options.before_step();
    const Step step{migration, false};
    const Plan planned = plans_.take(step, state, options);
    StatementRunner runner(connection_, step, options, observer);
    AtExit restore(connection_, planned.after);
    runner.run_all(planned.before, {});
    runner.in_transaction({}, [&] { run_operations(planned, runner); });
    for (const PlannedOperation& operation : planned.operations) {
      for (const orm::Statement& statement : operation.statements) {
        if (std::find(tables.begin(), tables.end(), statement.table) ==
            tables.end()) {
          tables.push_back(statement.table);
        }
      }
    }
    migration->apply_to(state);
  }
  return tables;
}

StepOutcome Executor::fake(const Step& step, const ExecuteOptions& options) {
  StepOutcome outcome;
  outcome.faked = true;
  orm::Transaction transaction(connection_, recorder_.lock());
  outcome.skipped = is_done(step);
  if (outcome.skipped) return outcome;
  record(step, options.now());
  log_.add_finished(step, options.now(), 0);
  transaction.commit();
  return outcome;
}

StepOutcome Executor::run_step(const Step& step, const ProjectState& state,
                               const ExecuteOptions& options,
                               const Around& around,
                               ExecutionObserver& observer) {
  StepOutcome outcome;
  StatementRunner runner(connection_, step, options, observer);
  if (continues(options, step)) {
    StepwiseRun run(connection_, recorder_, log_, runner, step, options,
                    around.changed);
    resume(step, state, options, run);
    outcome.resumed_after = run.resumed_after();
    outcome.retries = runner.retries();
    return outcome;
  }
  Plan planned;
  try {
    planned = plans_.take(step, state, options);
  } catch (const Error&) {
    // What another tool did meanwhile may be what the plan stumbled over.
    plans_.forget();
    if (!is_done(step)) throw;
    outcome.skipped = true;
    return outcome;
  }
  if (planned.atomic()) {
    outcome.skipped = !run_atomic(step, planned, options, runner, around);
  } else {
    StepwiseRun run(connection_, recorder_, log_, runner, step, options,
                    around.changed);
    outcome.skipped = !run.run(flattened(planned));
  }
  // Another tool made what the plan would have made, perhaps not in that way.
  if (outcome.skipped) plans_.forget();
  outcome.retries = runner.retries();
  return outcome;
}

void Executor::resume(const Step& step, const ProjectState& state,
                      const ExecuteOptions& options, StepwiseRun& run) {
  // From the beginning it is what its file says now.
  auto fresh = [&] { return flattened(plans_.take(step, state, options)); };
  auto code = [&](std::size_t operation) {
    return planned_code(step, state, operation);
  };
  if (options.resume_at == 1) {
    run.run(fresh());
  } else {
    run.resume(*options.half_done, fresh, code);
  }
}

bool Executor::run_atomic(const Step& step, const Plan& plan,
                          const ExecuteOptions& options,
                          StatementRunner& runner, const Around& around) {
  const DateTime started = options.now();
  const auto begin = std::chrono::steady_clock::now();
  bool claimed = false;
  AtExit restore(connection_, plan.after);
  try {
    runner.run_all(plan.before, {});
    runner.in_transaction(recorder_.lock(), [&] {
      claimed = fail_if_done(step) || !is_done(step);
      if (!claimed) return;
      run_operations(plan, runner);
      around.changed();
      runner.tell("record the migration");
      record(step, options.now());
      std::optional<std::int64_t> took;
      if (!log_.measures_time()) took = microseconds_since(begin);
      log_.add_finished(step, started, took);
      connection_.meanwhile(around.meanwhile);
    });
  } catch (const Error& error) {
    if (error.code() == kDoneCode) return false;
    try {
      log_.add_failed(step, started, runner.reason(error));
    } catch (const Error&) {
      // It is for the record only; what went wrong is being thrown.
    }
    throw;
  }
  return claimed;
}

bool Executor::fail_if_done(const Step& step) {
  const Migration& migration = *step.migration;
  return migration.replaces.empty() &&
         recorder_.fail_if(migration.key, !step.backwards);
}

bool Executor::is_done(const Step& step) {
  return is_recorded(recorder_, *step.migration) != step.backwards;
}

void Executor::record(const Step& step, DateTime now) {
  if (step.backwards) {
    record_unapplied(recorder_, *step.migration);
  } else {
    record_applied(recorder_, *step.migration, now);
  }
}

}  // namespace manage::migrations_engine
