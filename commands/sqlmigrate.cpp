#include "commands/sqlmigrate.hpp"

#include <fmt/format.h>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "commands/plan_document.hpp"
#include "commands/table_filter.hpp"
#include "core/text.hpp"
#include "migrations_engine/executor.hpp"
#include "migrations_engine/script.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

namespace {

const orm::Dialect& chosen_dialect(const SqlmigrateOptions& options,
                                   cli::Context& context) {
  if (options.dialect) return *orm::find_dialect(*options.dialect);
  return orm::dialect_of(context.settings().database(options.database).engine);
}

/// The plan of the migration, made from the plans of all it needs: so the
/// names of what exists are known without a database.
engine::Plan plan_of(const engine::Loader& loader,
                     const engine::MigrationKey& key, bool backwards,
                     const orm::Dialect& dialect,
                     const engine::TableFilter& has_tables) {
  std::vector<engine::Step> steps;
  for (const engine::MigrationKey& one : loader.graph().forwards_plan(key)) {
    steps.push_back({loader.graph().find(one), false});
  }
  orm::Catalog catalog;
  std::vector<engine::Plan> plans =
      engine::make_plans(loader, steps, {}, catalog, dialect, has_tables);
  if (!backwards) return std::move(plans.back());
  std::set<engine::MigrationKey> applied;
  for (const engine::Step& step : steps) applied.insert(step.migration->key);
  std::vector<engine::Step> undo{{loader.graph().find(key), true}};
  engine::check_reversible(undo);
  return std::move(
      engine::make_plans(loader, undo, applied, catalog, dialect, has_tables)
          .front());
}

}  // namespace

void configure_sqlmigrate(CLI::App& app, SqlmigrateOptions& options) {
  cli::add_argument(app, "app_label", options.app, "The app")
      .required()
      .takes(cli::ValueKind::kApp);
  cli::add_argument(app, "migration_name", options.name,
                    "The migration: its name, or a prefix that only it has")
      .required()
      .takes(cli::ValueKind::kMigration);
  cli::add_flag(app, "--backwards", options.backwards,
                "The SQL that undoes it");
  cli::add_option(app, "--database", "ALIAS", options.database,
                  "The database whose kind decides the SQL")
      .takes(cli::ValueKind::kDatabase);
  cli::add_option(app, "--dialect", "NAME", options.dialect,
                  "The SQL of this kind instead")
      .choices({"sqlite", "postgresql"});
}

ExitCode run_sqlmigrate(const SqlmigrateOptions& options,
                        cli::Context& context) {
  engine::Loader loader(context.apps(), context.models());
  engine::MigrationKey key = loader.find_in_graph(options.app, options.name);
  const orm::Dialect& dialect = chosen_dialect(options, context);
  engine::Plan plan = plan_of(loader, key, options.backwards, dialect,
                              table_filter(options.database, context));
  std::string sql = engine::to_sql(plan, dialect);
  for (const std::string& line : text::split(text::trim(sql), '\n')) {
    context.out().line(line);
  }
  context.out().document() = plan_document(plan, dialect);
  return ExitCode::kDone;
}

}  // namespace manage::commands
