#include "commands/migrate.hpp"

#include <fmt/format.h>

#include "cli/context.hpp"
#include "commands/migrate_options.hpp"
#include "commands/migrate_order.hpp"
#include "commands/migrate_preview.hpp"
#include "commands/migrate_prune.hpp"
#include "commands/migrate_report.hpp"
#include "commands/migrate_run.hpp"
#include "commands/migrate_scripts.hpp"
#include "commands/migrate_signals.hpp"
#include "commands/migrate_tables.hpp"
#include "commands/migrate_work.hpp"
#include "commands/table_filter.hpp"
#include "migrations_engine/executor.hpp"
#include "migrations_engine/fake_initial.hpp"
#include "migrations_engine/replacements.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

namespace {

void execute(const MigrateOptions& options, OpenedJob opened,
             cli::Context& context) {
  cli::Output& out = context.out();
  MigrateJob& job = *opened.job;
  MigrateWork& work = opened.work;
  std::unique_ptr<orm::RunLock>& lock = opened.lock;
  if (!work.empty() || options.run_syncdb) {
    if (!lock) lock = lock_runs(options, &job.connection, context);
    work = job.look();  // the other run may have done it
    job.continue_half_done(work);
    judge_order(work, job.loader, TellOrder::kErrors, context);
  }
  if (!work.empty() && !options.fake) {
    protect(options, job.connection, context);
  }
  out.say(fmt::format("Migrating to {}:", job.goal(work)));
  MigrateScripts scripts(context);
  MigrateSignals signals(context, scripts.signals(), job.connection,
                         work.steps);
  signals.before(job.loader.state_of(work.applied));
  DataList done;
  engine::ExecuteOptions execute =
      execute_options(options, lock.get(), context);
  execute.half_done = work.half;
  execute.code_runner = &scripts.runner();
  execute.callables = &scripts.callables();
  execute.progress = &context.progress();
  execute.changed = [&signals](const engine::Step& step,
                               const engine::ProjectState& after) {
    signals.changed(step, after);
  };
  if (options.fake_initial) {
    execute.present = engine::find_present(job.loader, work.steps,
                                           job.connection, execute.has_tables);
  }
  MigratePrinter printer(context, execute.limits.retries, done);
  engine::Executor executor(job.connection, job.loader, job.recorder, job.log);
  executor.run(work.steps, work.applied, execute, printer);
  engine::finish_recording(job.connection, job.loader, job.recorder,
                           context.now());
  if (work.steps.empty()) {
    out.say("  No migrations to apply.");
    if (!options.run_syncdb) remark_changes(context, job.loader);
  }
  const std::set<engine::MigrationKey> applied =
      job.loader.join(job.recorder.applied_keys());
  if (const auto tables = missing_tables(options, applied, job, context)) {
    create_tables(*tables, execute, printer, executor, context);
    signals.after(tables->after);
  } else {
    signals.after(job.loader.state_of(applied));
  }
  scripts.finish();
  out.document().set("migrations", std::move(done));
}

/// Returns whether there is anything to do.
bool show_work(const MigrateOptions& options, const MigrateWork& work,
               MigrateJob& job, cli::Context& context) {
  std::vector<engine::Step> steps = work.steps;
  if (const auto tables =
          missing_tables(options, applied_after(work), job, context)) {
    for (const engine::MigrationPtr& migration : tables->migrations) {
      steps.push_back({migration, false});
    }
  }
  if (work.half) {
    Error half = half_done_error(*work.half, job.loader, false);
    Diagnostic remark = half.diagnostics().front();
    remark.level = Level::kWarning;
    context.out().report(std::move(remark));
  }
  show_plan(steps, context);
  return !steps.empty() || work.half;
}

void dry_run(const MigrateOptions& options, const MigrateWork& work,
             MigrateJob& job, cli::Context& context) {
  if (work.half) throw half_done_error(*work.half, job.loader, false);
  engine::check_reversible(work.steps);
  const orm::Dialect& dialect = job.connection.dialect();
  std::unique_ptr<orm::Introspector> introspector =
      orm::introspector(job.connection);
  orm::Catalog catalog(introspector.get());
  const engine::TableFilter filter = table_filter(options.database, context);
  MigrateScripts scripts(context, true);
  std::vector<engine::Plan> plans =
      engine::make_plans(job.loader, work.steps, work.applied, catalog, dialect,
                         filter, &scripts.callables());
  if (const auto tables =
          missing_tables(options, applied_after(work), job, context)) {
    for (engine::Plan& plan : plans_of(*tables, catalog, dialect, filter)) {
      plans.push_back(std::move(plan));
    }
  }
  show_sql(plans, dialect, context);
}

}  // namespace

ExitCode run_migrate(const MigrateOptions& options, cli::Context& context) {
  check_options(options);
  OpenedJob opened = open_job(options, context);
  MigrateJob& job = *opened.job;
  const MigrateWork& work = opened.work;
  context.out().document().set("database", options.database);
  if (options.accept_edit) {
    accept_edit(*options.accept_edit, job.loader, work.applied, job.log,
                context);
    return ExitCode::kDone;
  }
  if (options.prune) {
    if (!opened.lock) {
      opened.lock = lock_runs(options, &job.connection, context);
    }
    return prune_app(options, work.applied, job.loader, job.recorder, context);
  }
  report_edits(job.loader, work.applied, job.log.checksums(),
               options.strict_history, context);
  judge_order(work, job.loader, TellOrder::kAll, context);
  if (options.plan || options.check) {
    const bool any = show_work(options, work, job, context);
    return options.check && any ? ExitCode::kFailed : ExitCode::kDone;
  }
  if (options.dry_run) {
    dry_run(options, work, job, context);
  } else {
    execute(options, std::move(opened), context);
  }
  return ExitCode::kDone;
}

}  // namespace manage::commands
