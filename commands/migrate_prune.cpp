#include "commands/migrate_prune.hpp"

#include <fmt/format.h>

#include "cli/context.hpp"
#include "migrations_engine/replacements.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

ExitCode prune_app(const MigrateOptions& options,
                   const std::set<engine::MigrationKey>& recorded,
                   const engine::Loader& loader, engine::Recorder& recorder,
                   cli::Context& context) {
  if (!options.app) {
    throw usage_error("--prune needs the name of an app",
                      "manage migrate shop --prune");
  }
  context.apps().get(*options.app);
  if (options.name) {
    throw usage_error("--prune takes no migration", "leave its name out");
  }
  std::vector<engine::MigrationKey> rows =
      engine::prunable(loader, recorded, *options.app);
  cli::Output& out = context.out();
  out.say("Pruning migrations:");
  bool dry = options.plan || options.check || options.dry_run;
  if (!dry) {
    engine::prune(context.connection(options.database), recorder, rows);
  }
  DataList documents;
  for (const engine::MigrationKey& key : rows) {
    out.say(fmt::format("  {} {}", dry ? "Would prune" : "Pruned", key.text()));
    documents.push_back(DataMap{{"app", key.app}, {"name", key.name}});
  }
  if (rows.empty()) out.say("  No migrations to prune.");
  out.document().set("database", options.database);
  out.document().set("pruned", std::move(documents));
  return options.check && !rows.empty() ? ExitCode::kFailed : ExitCode::kDone;
}

}  // namespace manage::commands
