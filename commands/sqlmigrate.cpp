#include "commands/sqlmigrate.hpp"

#include <fmt/format.h>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "core/text.hpp"
#include "migrations_engine/executor.hpp"

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
                     const orm::Dialect& dialect) {
  std::vector<engine::Step> steps;
  for (const engine::MigrationKey& one : loader.graph().forwards_plan(key)) {
    steps.push_back({loader.graph().find(one), false});
  }
  orm::Catalog catalog;
  std::vector<engine::Plan> plans =
      engine::make_plans(loader, steps, {}, catalog, dialect);
  if (!backwards) return std::move(plans.back());
  std::set<engine::MigrationKey> applied;
  for (const engine::Step& step : steps) applied.insert(step.migration->key);
  std::vector<engine::Step> undo{{loader.graph().find(key), true}};
  engine::check_reversible(undo);
  return std::move(
      engine::make_plans(loader, undo, applied, catalog, dialect).front());
}

DataList document(const std::vector<orm::Statement>& statements) {
  DataList found;
  for (const orm::Statement& statement : statements) {
    found.push_back(
        DataMap{{"sql", statement.sql}, {"table", statement.table}});
  }
  return found;
}

void fill_document(const engine::Plan& plan, const orm::Dialect& dialect,
                   Document& out) {
  DataList operations;
  for (const engine::PlannedOperation& operation : plan.operations) {
    operations.push_back(
        DataMap{{"description", operation.description},
                {"statements", document(operation.statements)}});
  }
  out.set("app", plan.migration->key.app);
  out.set("name", plan.migration->key.name);
  out.set("backwards", plan.backwards);
  out.set("dialect", dialect.name());
  out.set("atomic", plan.atomic());
  out.set("before", document(plan.before));
  out.set("operations", std::move(operations));
  out.set("checks", document(plan.checks));
  out.set("after", document(plan.after));
}

}  // namespace

void configure_sqlmigrate(CLI::App& app, SqlmigrateOptions& options) {
  cli::add_argument(app, "app_label", options.app, "The app").required();
  cli::add_argument(app, "migration_name", options.name,
                    "The migration: its name, or a prefix that only it has")
      .required();
  cli::add_flag(app, "--backwards", options.backwards,
                "The SQL that undoes it");
  cli::add_option(app, "--database", "ALIAS", options.database,
                  "The database whose kind decides the SQL");
  cli::add_option(app, "--dialect", "NAME", options.dialect,
                  "The SQL of this kind instead")
      .choices({"sqlite", "postgresql"});
}

ExitCode run_sqlmigrate(const SqlmigrateOptions& options,
                        cli::Context& context) {
  engine::Loader loader(context.apps(), context.models());
  engine::MigrationKey key = loader.find(options.app, options.name);
  const orm::Dialect& dialect = chosen_dialect(options, context);
  engine::Plan plan = plan_of(loader, key, options.backwards, dialect);
  std::string sql = engine::to_sql(plan, dialect);
  for (const std::string& line : text::split(text::trim(sql), '\n')) {
    context.out().line(line);
  }
  fill_document(plan, dialect, context.out().document());
  return ExitCode::kDone;
}

}  // namespace manage::commands
