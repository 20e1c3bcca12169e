#include "migrations_engine/executor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "migrations_engine/reference_checks.hpp"
#include "migrations_engine/replacements.hpp"
#include "migrations_engine/statement_runner.hpp"
#include "migrations_engine/stepwise_run.hpp"

namespace manage::migrations_engine {

namespace {

/// The states around each step, made in one pass over the history. With
/// `checks` they look at every step forwards.
class Timeline {
 public:
  Timeline(const Loader& loader, const std::vector<Step>& steps,
           std::set<MigrationKey> applied, ReferenceChecks* checks = nullptr)
      : loader_(loader), applied_(std::move(applied)), checks_(checks) {
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

  struct Around {
    ProjectState before;       ///< the step's migration
    const ProjectState& left;  ///< by the step; until the next call
  };
  /// REQUIRES: called for every step in order.
  Around next(const Step& step) {
    const MigrationKey& key = step.migration->key;
    if (step.backwards) {
      applied_.erase(key);
      running_.reset();
      const ProjectState& before = before_undone_.at(key);
      return {before, before};
    }
    if (!running_) running_ = loader_.state_of(applied_);
    ProjectState before = *running_;
    if (checks_) {
      checks_->apply(*step.migration, *running_);
    } else {
      step.migration->apply_to(*running_);
    }
    applied_.insert(key);
    return {std::move(before), *running_};
  }

 private:
  const Loader& loader_;
  std::set<MigrationKey> applied_;
  ReferenceChecks* checks_;
  std::map<MigrationKey, ProjectState> before_undone_;
  std::optional<ProjectState> running_;
};

std::int64_t microseconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now() - begin)
      .count();
}

/// The next step is the one that stopped half-way.
bool continues(const ExecuteOptions& options, const Step& step) {
  return options.half_done && options.half_done->key == step.migration->key &&
         options.half_done->backwards == step.backwards;
}

void run_operations(const Plan& plan, StatementRunner& runner) {
  for (const PlannedOperation& operation : plan.operations) {
    runner.run_all(operation.statements, operation.pos);
  }
  runner.run_all(plan.checks, {});
}

bool only_recorded(const Step& step, const ExecuteOptions& options) {
  return options.fake || options.present.contains(step.migration->key);
}

/// Throws with everything in the steps that does not fit together.
void check_references(const Loader& loader, const std::vector<Step>& steps,
                      const std::set<MigrationKey>& applied) {
  Diagnostics found;
  ReferenceChecks checks(found);
  Timeline timeline(loader, steps, applied, &checks);
  for (const Step& step : steps) timeline.next(step);
  found.throw_if_errors();
}

Error irreversible(const Step& step, const Error& reason) {
  return Error("migrations.irreversible",
               fmt::format("{} cannot be undone: {}",
                           step.migration->key.text(), reason.message()))
      .at(reason.diagnostics().front().where)
      .hint("nothing was changed; migrate to a point after it");
}

/// Everything once before the first statement: what does not fit together, or
/// what the dialect cannot do, is found while nothing has been changed. What
/// only the database knows is not asked for.
void rehearse(const Loader& loader, const std::vector<Step>& steps,
              const std::set<MigrationKey>& applied,
              const orm::Dialect& dialect, const ExecuteOptions& options) {
  Diagnostics dangling;
  ReferenceChecks checks(dangling);
  Diagnostics found;
  Timeline timeline(loader, steps, applied, &checks);
  orm::Catalog catalog;
  for (const Step& step : steps) {
    const ProjectState before = timeline.next(step).before;
    // What points nowhere cannot be planned.
    if (dangling.has_errors() || only_recorded(step, options)) continue;
    try {
      check_atomic(*step.migration);
      // One that is half-done has its plan.
      if (continues(options, step)) continue;
      make_plan(step, before, catalog, dialect, options.has_tables);
    } catch (const Error& error) {
      found.add(step.backwards ? irreversible(step, error) : error);
    }
  }
  dangling.throw_if_errors();
  found.throw_if_errors();
}

}  // namespace

Executor::Executor(orm::Connection& connection, const Loader& loader,
                   Recorder& recorder, MigrationLog& log)
    : connection_(connection),
      loader_(loader),
      recorder_(recorder),
      log_(log) {}

std::vector<Plan> make_plans(const Loader& loader,
                             const std::vector<Step>& steps,
                             const std::set<MigrationKey>& applied,
                             orm::Catalog& catalog, const orm::Dialect& dialect,
                             const TableFilter& has_tables) {
  check_references(loader, steps, applied);
  Timeline timeline(loader, steps, applied);
  std::vector<Plan> plans;
  for (const Step& step : steps) {
    plans.push_back(make_plan(step, timeline.next(step).before, catalog,
                              dialect, has_tables));
  }
  return plans;
}

void Executor::run(const std::vector<Step>& steps,
                   std::set<MigrationKey> applied,
                   const ExecuteOptions& options, ExecutionObserver& observer) {
  if (steps.empty()) return;
  check_reversible(steps);
  rehearse(loader_, steps, applied, connection_.dialect(), options);
  recorder_.ensure_table();
  log_.ensure_table();
  Timeline timeline(loader_, steps, std::move(applied));
  for (const Step& step : steps) {
    options.before_step();
    observer.started(step);
    const auto begin = std::chrono::steady_clock::now();
    const Timeline::Around state = timeline.next(step);
    const auto changed = [&] { options.changed(step, state.left); };
    StepOutcome outcome =
        only_recorded(step, options)
            ? fake(step, options)
            : run_step(step, state.before, options, changed, observer);
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
    const Plan planned = plan(step, state, options);
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

Plan Executor::plan(const Step& step, const ProjectState& state,
                    const ExecuteOptions& options) {
  // Tables are read when a step first needs them; after that the plans keep
  // them up to date, until SQL of the user's may have changed anything.
  if (!catalog_ || catalog_->doubtful()) {
    introspector_ = orm::introspector(connection_);
    catalog_.emplace(introspector_.get());
  }
  return make_plan(step, state, *catalog_, connection_.dialect(),
                   options.has_tables);
}

StepOutcome Executor::run_step(const Step& step, const ProjectState& state,
                               const ExecuteOptions& options,
                               const std::function<void()>& changed,
                               ExecutionObserver& observer) {
  StepOutcome outcome;
  StatementRunner runner(connection_, step, options, observer);
  if (continues(options, step)) {
    StepwiseRun run(connection_, recorder_, log_, runner, step, options,
                    changed);
    resume(step, state, options, run);
    outcome.resumed_after = run.resumed_after();
    outcome.retries = runner.retries();
    return outcome;
  }
  Plan planned;
  try {
    planned = plan(step, state, options);
  } catch (const Error&) {
    // What another tool did meanwhile may be what the plan stumbled over.
    catalog_.reset();
    if (!is_done(step)) throw;
    outcome.skipped = true;
    return outcome;
  }
  if (planned.atomic()) {
    outcome.skipped = !run_atomic(step, planned, options, runner, changed);
  } else {
    StepwiseRun run(connection_, recorder_, log_, runner, step, options,
                    changed);
    outcome.skipped = !run.run(flattened(planned));
  }
  // Another tool made what the plan would have made, perhaps not in that way.
  if (outcome.skipped) catalog_.reset();
  outcome.retries = runner.retries();
  return outcome;
}

void Executor::resume(const Step& step, const ProjectState& state,
                      const ExecuteOptions& options, StepwiseRun& run) {
  // From the beginning it is what its file says now.
  auto fresh = [&] { return flattened(plan(step, state, options)); };
  if (options.resume_at == 1) {
    run.run(fresh());
  } else {
    run.resume(*options.half_done, fresh);
  }
}

bool Executor::run_atomic(const Step& step, const Plan& plan,
                          const ExecuteOptions& options,
                          StatementRunner& runner,
                          const std::function<void()>& changed) {
  const DateTime started = options.now();
  const auto begin = std::chrono::steady_clock::now();
  bool claimed = false;
  AtExit restore(connection_, plan.after);
  try {
    runner.run_all(plan.before, {});
    runner.in_transaction(recorder_.lock(), [&] {
      claimed = !is_done(step);
      if (!claimed) return;
      run_operations(plan, runner);
      changed();
      // Their time is part of the record.
      connection_.flush();
      runner.tell("record the migration");
      record(step, options.now());
      log_.add_finished(step, started, microseconds_since(begin));
    });
  } catch (const Error& error) {
    try {
      log_.add_failed(step, started, runner.reason(error));
    } catch (const Error&) {
      // It is for the record only; what went wrong is being thrown.
    }
    throw;
  }
  return claimed;
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
