#include "migrations_engine/run_plans.hpp"

#include <fmt/format.h>

#include "migrations_engine/asking.hpp"
#include "migrations_engine/reference_checks.hpp"
#include "migrations_engine/timeline.hpp"

namespace manage::migrations_engine {

namespace {

/// Throws with everything in the steps that does not fit together.
void check_references(const Loader& loader, const std::vector<Step>& steps,
                      const std::set<MigrationKey>& applied) {
  Diagnostics found;
  ReferenceChecks checks(found);
  Timeline timeline(loader, steps, applied, &checks);
  for (const Step& step : steps) timeline.next(step);
  found.throw_if_errors();
}

/// Throws what is wrong with the programs among the steps.
void check_programs(const std::vector<Step>& steps,
                    const ExecuteOptions& options) {
  Diagnostics found;
  for (const Step& step : steps) {
    if (only_recorded(step, options)) continue;
    for (const OperationPtr& operation : step.migration->operations) {
      if (!operation->is_code()) continue;
      try {
        operation->check_code(options.code_runner);
      } catch (const Error& error) {
        found.add(error);
      }
    }
  }
  found.throw_if_errors();
}

Error irreversible(const Step& step, const Error& reason) {
  return Error("migrations.irreversible",
               fmt::format("{} cannot be undone: {}",
                           step.migration->key.text(), reason.message()))
      .at(reason.diagnostics().front().where)
      .hint("nothing was changed; migrate to a point after it");
}

/// Throws everything that can be known without the database.
void rehearse_offline(const Loader& loader, const std::vector<Step>& steps,
                      const std::set<MigrationKey>& applied,
                      const orm::Dialect& dialect,
                      const ExecuteOptions& options) {
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
      Unasked unasked;
      make_plan(step, before, catalog, dialect, options.has_tables, &unasked);
    } catch (const Error& error) {
      found.add(step.backwards ? irreversible(step, error) : error);
    }
  }
  dangling.throw_if_errors();
  found.throw_if_errors();
}

}  // namespace

std::vector<Plan> make_plans(const Loader& loader,
                             const std::vector<Step>& steps,
                             const std::set<MigrationKey>& applied,
                             orm::Catalog& catalog, const orm::Dialect& dialect,
                             const TableFilter& has_tables,
                             orm::Callables* callables) {
  check_references(loader, steps, applied);
  Timeline timeline(loader, steps, applied);
  std::vector<Plan> plans;
  for (const Step& step : steps) {
    plans.push_back(make_plan(step, timeline.next(step).before, catalog,
                              dialect, has_tables, callables));
  }
  return plans;
}

bool continues(const ExecuteOptions& options, const Step& step) {
  return options.half_done && options.half_done->key == step.migration->key &&
         options.half_done->backwards == step.backwards;
}

bool only_recorded(const Step& step, const ExecuteOptions& options) {
  return options.fake || options.present.contains(step.migration->key);
}

void RunPlans::rehearse(const std::vector<Step>& steps,
                        const std::set<MigrationKey>& applied,
                        const ExecuteOptions& options) {
  forget();
  check_programs(steps, options);
  if (plan_ahead(steps, applied, options)) return;
  rehearse_offline(loader_, steps, applied, connection_.dialect(), options);
}

/// Whether it came to the end. What stopped it may be another matter once the
/// steps before have run, so that nothing is thrown.
bool RunPlans::plan_ahead(const std::vector<Step>& steps,
                          const std::set<MigrationKey>& applied,
                          const ExecuteOptions& options) {
  Diagnostics dangling;
  ReferenceChecks checks(dangling);
  Timeline timeline(loader_, steps, applied, &checks);
  for (const Step& step : steps) {
    const ProjectState before = timeline.next(step).before;
    const bool unknown = catalog_ && catalog_->doubtful();
    if (unknown || dangling.has_errors() || continues(options, step)) {
      return false;
    }
    if (only_recorded(step, options)) continue;
    try {
      check_atomic(*step.migration);
      // What a function would say now is not what it will say then.
      Unasked unasked;
      Plan made = plan(step, before, options, &unasked);
      if (unasked.asked) {
        catalog_.reset();
        return false;
      }
      ahead_.emplace(&step, std::move(made));
    } catch (const Error&) {
      catalog_.reset();
      return false;
    }
  }
  return true;
}

Plan RunPlans::take(const Step& step, const ProjectState& state,
                    const ExecuteOptions& options) {
  if (auto found = ahead_.extract(&step)) return std::move(found.mapped());
  return plan(step, state, options, options.callables);
}

Plan RunPlans::plan(const Step& step, const ProjectState& state,
                    const ExecuteOptions& options, orm::Callables* callables) {
  if (!catalog_ || catalog_->doubtful()) {
    introspector_ = orm::introspector(connection_);
    catalog_.emplace(introspector_.get());
  }
  return make_plan(step, state, *catalog_, connection_.dialect(),
                   options.has_tables, callables);
}

void RunPlans::forget() {
  ahead_.clear();
  catalog_.reset();
}

}  // namespace manage::migrations_engine
