#include "commands/sqlmigrate.hpp"

#include <fmt/format.h>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "commands/migrate_scripts.hpp"
#include "commands/plan_document.hpp"
#include "commands/sqlmigrate_script.hpp"
#include "commands/table_filter.hpp"
#include "core/text.hpp"
#include "migrations_engine/script.hpp"
#include "migrations_engine/way.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

namespace {

const orm::Dialect& chosen_dialect(const SqlmigrateOptions& options,
                                   cli::Context& context) {
  if (options.dialect) return *orm::find_dialect(*options.dialect);
  return orm::dialect_of(context.settings().database(options.database).engine);
}

/// The one step, after all that the migration needs.
engine::Way way_of(const engine::Loader& loader,
                   const engine::MigrationKey& key, bool backwards) {
  engine::Way way;
  for (engine::MigrationKey& one : loader.graph().forwards_plan(key)) {
    way.applied.insert(std::move(one));
  }
  if (!backwards) way.applied.erase(key);
  way.steps = {{loader.graph().find(key), backwards}};
  engine::check_reversible(way.steps);
  return way;
}

}  // namespace

void configure_sqlmigrate(CLI::App& app, SqlmigrateOptions& options) {
  cli::add_argument(app, "app_label", options.app,
                    "The app; without one, all of them")
      .takes(cli::ValueKind::kApp);
  cli::add_argument(app, "migration_name", options.name,
                    "The migration: its name, or a prefix that only it has; "
                    "without one, a script of all")
      .takes(cli::ValueKind::kMigration);
  cli::add_option(app, "--from", "NAME", options.from,
                  "A script of several: what follows this migration, or zero "
                  "(the default)")
      .takes(cli::ValueKind::kMigrationTarget);
  cli::add_option(app, "--to", "NAME", options.to,
                  "The same, up to this migration; back to it if it comes "
                  "before --from")
      .takes(cli::ValueKind::kMigrationTarget);
  cli::add_flag(app, "--pending", options.pending,
                "A script of what migrate would do; asks the database");
  cli::add_flag(app, "--backwards", options.backwards,
                "The SQL that undoes the migration");
  cli::add_option(app, "--database", "ALIAS", options.database,
                  "The database whose kind decides the SQL")
      .takes(cli::ValueKind::kDatabase);
  cli::add_option(app, "--dialect", "NAME", options.dialect,
                  "The SQL of this kind instead")
      .choices({"sqlite", "postgresql"});
}

ExitCode run_sqlmigrate(const SqlmigrateOptions& options,
                        cli::Context& context) {
  const bool script = wants_script(options);
  const orm::Dialect& dialect = chosen_dialect(options, context);
  if (script) return run_script(options, dialect, context);
  engine::Loader loader(context.apps(), context.models());
  const engine::MigrationKey key =
      loader.find_in_graph(*options.app, *options.name);
  MigrateScripts scripts(context, true);
  const engine::Plan plan =
      engine::plan_offline(loader, way_of(loader, key, options.backwards),
                           dialect, table_filter(options.database, context),
                           &scripts.callables())
          .front();
  scripts.finish();
  std::string sql = engine::to_sql(plan, dialect);
  for (const std::string& line : text::split(text::trim(sql), '\n')) {
    context.out().line(line);
  }
  context.out().document() = plan_document(plan, dialect);
  return ExitCode::kDone;
}

}  // namespace manage::commands
