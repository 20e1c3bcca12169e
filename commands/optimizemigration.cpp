#include "commands/optimizemigration.hpp"

#include <fmt/format.h>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "commands/migration_names.hpp"
#include "commands/new_migrations.hpp"
#include "core/text.hpp"
#include "migrations_engine/loader.hpp"
#include "migrations_engine/optimizer.hpp"
#include "migrations_engine/writer.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

void configure_optimizemigration(CLI::App& app,
                                 OptimizemigrationOptions& options) {
  cli::add_argument(app, "app_label", options.app, "The app")
      .required()
      .takes(cli::ValueKind::kApp);
  cli::add_argument(app, "migration_name", options.name,
                    "The migration: its name, or a prefix that only it has")
      .required()
      .takes(cli::ValueKind::kMigration);
  cli::add_flag(app, "--check", options.check,
                "Write nothing; exit 1 if it can be optimized");
}

ExitCode run_optimizemigration(const OptimizemigrationOptions& options,
                               cli::Context& context) {
  engine::Loader loader(context.apps(), context.models());
  engine::Migration migration =
      *loader.file(loader.find(options.app, options.name));
  std::size_t before = migration.operations.size();
  migration.operations =
      engine::optimize(std::move(migration.operations), options.app);
  std::size_t after = migration.operations.size();
  cli::Output& out = context.out();
  out.document().set("app", migration.key.app);
  out.document().set("name", migration.key.name);
  out.document().set("operations_before", before);
  out.document().set("operations_after", after);
  bool write = after != before && !options.check;
  out.document().set("written", write);
  if (after == before) {
    out.say("No optimizations possible.");
    return ExitCode::kDone;
  }
  out.say(fmt::format("Optimizing from {} to {}.",
                      text::count(before, "operation"),
                      text::count(after, "operation")));
  if (!write) return ExitCode::kFailed;
  std::filesystem::path path =
      engine::migration_path(migration.key, context.apps());
  engine::FileChanges changes;
  changes.write(
      path, engine::write_migration(migration, engine::header_of(migration)));
  changes.apply();
  out.say(fmt::format("Optimized migration {}", shown_path(path, context)));
  warn_lost_comments(migration, context);
  return ExitCode::kDone;
}

}  // namespace manage::commands
