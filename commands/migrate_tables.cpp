#include "commands/migrate_tables.hpp"

#include <fmt/format.h>

#include "commands/migration_questions.hpp"
#include "core/text.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

std::optional<engine::TableSync> missing_tables(
    const MigrateOptions& options,
    const std::set<engine::MigrationKey>& applied, MigrateJob& job,
    cli::Context& context) {
  if (!options.run_syncdb) return std::nullopt;
  const engine::ProjectState models(context.models());
  std::set<std::string> apps = engine::unmigrated_apps(job.loader, models);
  if (options.app) {
    std::erase_if(apps,
                  [&](const std::string& app) { return app != *options.app; });
  }
  SilentQuestioner questioner;
  return engine::plan_table_sync(job.loader, apps, job.loader.state_of(applied),
                                 models, *orm::introspector(job.connection),
                                 questioner);
}

std::set<engine::MigrationKey> applied_after(const MigrateWork& work) {
  std::set<engine::MigrationKey> applied = work.applied;
  for (const engine::Step& step : work.steps) {
    if (step.backwards) {
      applied.erase(step.migration->key);
    } else {
      applied.insert(step.migration->key);
    }
  }
  return applied;
}

std::vector<engine::Plan> plans_of(const engine::TableSync& sync,
                                   orm::Catalog& catalog,
                                   const orm::Dialect& dialect,
                                   const engine::TableFilter& has_tables) {
  std::vector<engine::Plan> plans;
  engine::ProjectState state = sync.before;
  for (const engine::MigrationPtr& migration : sync.migrations) {
    plans.push_back(engine::make_plan({migration, false}, state, catalog,
                                      dialect, has_tables));
    migration->apply_to(state);
  }
  return plans;
}

void create_tables(const engine::TableSync& sync,
                   const engine::ExecuteOptions& execute,
                   engine::ExecutionObserver& observer,
                   engine::Executor& executor, cli::Context& context) {
  const std::vector<std::string> tables =
      executor.create_tables(sync, execute, observer);
  cli::Output& out = context.out();
  if (!tables.empty()) {
    out.say(fmt::format("  Created without a migration: {}",
                        text::join(tables, ", ")));
  }
  out.document().set("created_tables", tables);
}

}  // namespace manage::commands
