#include "commands/makemigrations_update.hpp"

#include <fmt/format.h>

#include "cli/context.hpp"
#include "commands/migration_names.hpp"
#include "commands/new_migrations.hpp"
#include "migrations_engine/losses.hpp"
#include "migrations_engine/update.hpp"
#include "migrations_engine/writer.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

namespace {

std::vector<engine::Update> updates(const MakemigrationsOptions& options,
                                    const std::vector<engine::Migration>& added,
                                    const engine::Loader& loader,
                                    cli::Context& context) {
  std::set<engine::MigrationKey> applied =
      applied_if_known(context).value_or(std::set<engine::MigrationKey>());
  std::map<std::string, std::vector<engine::Migration>> by_app;
  for (const engine::Migration& one : added) {
    by_app[one.key.app].push_back(one);
  }
  std::vector<engine::Update> found;
  for (const auto& [app, list] : by_app) {
    found.push_back(engine::update_latest(loader, list, applied, options.name,
                                          name_timestamp(context)));
  }
  return found;
}

/// What the database loses by it that does not have the old one.
std::vector<std::string> losses_of(const engine::Update& update,
                                   const engine::Loader& loader) {
  std::set<engine::MigrationKey> before;
  for (engine::MigrationKey& key : loader.graph().keys()) {
    if (key != update.old->key) before.insert(std::move(key));
  }
  return engine::find_losses({update.migration}, loader.state_of(before))
      .front();
}

}  // namespace

void update_migrations(const MakemigrationsOptions& options,
                       const std::vector<engine::Migration>& added,
                       const engine::Loader& loader, cli::Context& context) {
  cli::Output& out = context.out();
  std::string header = file_header(context, options.no_header);
  engine::FileChanges changes;
  DataList documents;
  std::vector<engine::MigrationPtr> replaced;
  std::vector<std::string> all_losses;
  for (const engine::Update& update :
       updates(options, added, loader, context)) {
    const std::string& app = update.old->key.app;
    std::filesystem::path old_path =
        engine::migration_path(update.old->key, context.apps());
    out.say(fmt::format("Migrations for '{}':", app));
    DataMap document = show_migration(update.migration, header, context);
    out.say(fmt::format("    instead of {}", shown_path(old_path, context)));
    document.set("instead_of", update.old->key.name);
    const std::vector<std::string> losses = losses_of(update, loader);
    document.set("losses", losses);
    all_losses.insert(all_losses.end(), losses.begin(), losses.end());
    documents.push_back(std::move(document));
    engine::add_migrations(changes, {update.migration}, context.apps(), header);
    changes.remove(old_path);
    replaced.push_back(update.old);
  }
  warn_losses(all_losses, context);
  if (!options.dry_run && !options.check) {
    changes.apply();
    for (const engine::MigrationPtr& old : replaced) {
      warn_lost_comments(*old, context);
    }
  }
  out.document().set("migrations", std::move(documents));
}

}  // namespace manage::commands
