#include "commands/sqlmigrate_script.hpp"

#include <fmt/format.h>

#include "commands/migrate_order.hpp"
#include "commands/migrate_preview.hpp"
#include "commands/migrate_report.hpp"
#include "commands/migrate_scripts.hpp"
#include "commands/migrate_work.hpp"
#include "commands/plan_document.hpp"
#include "commands/table_filter.hpp"
#include "migrations_engine/executor.hpp"
#include "migrations_engine/way.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

namespace {

struct Script {
  std::vector<orm::Statement> setup;
  std::vector<engine::Plan> plans;
};

std::vector<orm::Statement> records_table(const orm::Dialect& dialect,
                                          cli::Context& context) {
  return engine::create_records(dialect, context.settings().default_auto_field);
}

/// From one point of the files to another.
Script offline(const SqlmigrateOptions& options, const orm::Dialect& dialect,
               orm::Callables& callables, cli::Context& context) {
  engine::Loader loader(context.apps(), context.models());
  const engine::Way way =
      engine::find_way(loader, {options.app, options.from, options.to});
  Script script;
  if (way.applied.empty()) script.setup = records_table(dialect, context);
  script.plans =
      engine::plan_offline(loader, way, dialect,
                           table_filter(options.database, context), &callables);
  return script;
}

/// From what the database has: what `migrate` would do.
Script pending(const SqlmigrateOptions& options, orm::Callables& callables,
               cli::Context& context) {
  MigrateOptions migrate;
  migrate.app = options.app;
  migrate.name = options.to;
  migrate.database = options.database;
  migrate.dry_run = true;
  const OpenedJob opened = open_job(migrate, context);
  MigrateJob& job = *opened.job;
  const MigrateWork& work = opened.work;
  if (work.half) throw half_done_error(*work.half, job.loader, false);
  judge_order(work, job.loader, TellOrder::kAll, context);
  engine::check_reversible(work.steps);
  const orm::Dialect& dialect = job.connection.dialect();
  const auto introspector = orm::introspector(job.connection);
  orm::Catalog catalog(introspector.get());
  Script script;
  if (!job.recorder.exists()) script.setup = records_table(dialect, context);
  script.plans =
      engine::make_plans(job.loader, work.steps, work.applied, catalog, dialect,
                         table_filter(options.database, context), &callables);
  return script;
}

/// A script would record what it did not do.
void refuse_programs(const std::vector<engine::Plan>& plans) {
  for (const engine::Plan& plan : plans) {
    for (const engine::PlannedOperation& operation : plan.operations) {
      if (!operation.code) continue;
      throw Error(
          "migrations.code",
          fmt::format("{} has a {}, which no script of SQL can run",
                      plan.migration->key.text(), operation.operation->type()))
          .at(operation.pos)
          .hint(
              "end the script before it (--to), run the migration with "
              "manage migrate, and go on behind it (--from)");
    }
  }
}

}  // namespace

bool wants_script(const SqlmigrateOptions& options) {
  const bool ends = options.from || options.to;
  const bool script = ends || options.pending || !options.name;
  if (!script) return false;
  if (options.name) {
    throw usage_error(
        "the name of one migration goes without --from, --to and --pending",
        fmt::format("manage sqlmigrate {0} --to {1} leads up to it, manage "
                    "sqlmigrate {0} {1} is that one alone",
                    *options.app, *options.name));
  }
  if (options.backwards) {
    throw usage_error(
        "--backwards is for one migration",
        "several are undone by a --to that comes before --from, or before what "
        "the database has (--pending)");
  }
  if (ends && !options.app) {
    throw usage_error("--from and --to need an app",
                      "for example: manage sqlmigrate shop --from 0003");
  }
  if (options.pending && options.from) {
    throw usage_error("--pending and --from exclude each other",
                      "--pending begins with what the database has");
  }
  if (options.pending && options.dialect) {
    throw usage_error("--pending and --dialect exclude each other",
                      "the SQL is for the database that is asked");
  }
  return true;
}

ExitCode run_script(const SqlmigrateOptions& options,
                    const orm::Dialect& dialect, cli::Context& context) {
  MigrateScripts scripts(context, true);
  orm::Callables& callables = scripts.callables();
  Script script = options.pending
                      ? pending(options, callables, context)
                      : offline(options, dialect, callables, context);
  scripts.finish();
  refuse_programs(script.plans);
  engine::add_records(script.plans, dialect);
  cli::Output& out = context.out();
  if (script.plans.empty()) script.setup.clear();
  if (!script.plans.empty()) {
    out.line(fmt::format("-- It must stop at the first error: {}",
                         dialect.script_command()));
    for (const orm::Statement& statement : script.setup) {
      out.line(statement.sql + ";");
    }
    out.line();
  }
  out.document().set("dialect", dialect.name());
  out.document().set("setup", statements_document(script.setup, dialect));
  show_sql(script.plans, dialect, context);
  return ExitCode::kDone;
}

}  // namespace manage::commands
