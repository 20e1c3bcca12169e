#include "commands/squashmigrations.hpp"

#include <fmt/format.h>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "commands/migration_names.hpp"
#include "commands/new_migrations.hpp"
#include "core/text.hpp"
#include "migrations_engine/head.hpp"
#include "migrations_engine/squash.hpp"
#include "migrations_engine/writer.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

namespace {

engine::SquashOptions squash_options(const SquashmigrationsOptions& options) {
  engine::SquashOptions made;
  made.app = options.app;
  made.optimize = !options.no_optimize;
  made.name = options.squashed_name;
  made.end = options.second.empty() ? options.first : options.second;
  if (!options.second.empty()) made.start = options.first;
  return made;
}

void show_replaced(const engine::Squash& squash, cli::Context& context) {
  context.out().say("Will squash the following migrations:");
  DataList names;
  for (const engine::MigrationPtr& one : squash.replaced) {
    context.out().say(" - " + one->key.name);
    names.push_back(one->key.name);
  }
  context.out().document().set("replaces", std::move(names));
}

void show_optimized(const engine::Squash& squash, bool optimized,
                    cli::Context& context) {
  std::size_t before = squash.operations_before;
  std::size_t after = squash.migration.operations.size();
  std::string line = "(Skipping optimization.)";
  if (optimized) {
    line = before == after ? "No optimizations possible."
                           : fmt::format("Optimized from {} to {}.",
                                         text::count(before, "operation"),
                                         text::count(after, "operation"));
  }
  context.out().say(line);
  context.out().document().set("operations_before", before);
  context.out().document().set("operations_after", after);
}

/// Throws where the squashed migration does not lead to the same.
void verify(const engine::Loader& loader, const engine::Squash& squash,
            cli::Context& context) {
  engine::SquashCheck check = engine::check_squash(loader, squash);
  if (!check.differences.empty()) {
    std::vector<Diagnostic> found;
    for (const std::string& line : check.differences) {
      found.push_back(
          {"migrations.squash-differs",
           "the squashed migration would lead to another schema: " + line,
           {},
           {}});
    }
    found.back().hint =
        "nothing was written; squash with --no-optimize, or a shorter row";
    throw Error(std::move(found));
  }
  for (const std::string& line : check.unseen) {
    context.out().note("Not compared: " + line);
  }
  context.out().document().set("not_compared", check.unseen);
  if (check.unseen.empty()) {
    context.out().say("Both lead to the same schema (SQLite, in memory).");
  }
}

/// The leaf that HEAD names may be squashed now.
void keep_head(engine::FileChanges& changes, const engine::Loader& loader,
               const engine::Squash& squash) {
  const engine::MigrationKey& last = squash.replaced.back()->key;
  for (const engine::MigrationKey& leaf : loader.graph().leaves(last.app)) {
    if (leaf == last) {
      engine::write_head(changes, loader.apps(), squash.migration.key);
    }
  }
}

}  // namespace

void configure_squashmigrations(CLI::App& app,
                                SquashmigrationsOptions& options) {
  cli::add_argument(app, "app_label", options.app, "The app")
      .required()
      .takes(cli::ValueKind::kApp);
  cli::add_argument(app, "migration_name", options.first,
                    "Squash up to this one; before another, begin with it")
      .required()
      .takes(cli::ValueKind::kMigration);
  cli::add_argument(app, "end_migration_name", options.second,
                    "The last one, if the first is given")
      .takes(cli::ValueKind::kMigration);
  cli::add_flag(app, "--no-optimize", options.no_optimize,
                "Keep every operation as it is");
  cli::add_option(app, "--squashed-name", "NAME", options.squashed_name,
                  "Its name, after the number");
  cli::add_flag(app, "--no-header", options.no_header,
                "No comment on the first line of the file");
}

ExitCode run_squashmigrations(const SquashmigrationsOptions& options,
                              cli::Context& context) {
  context.apps().get(options.app);
  check_migration_name(options.squashed_name);
  engine::Loader loader(context.apps(), context.models());
  engine::Squash squash =
      engine::squash_migrations(loader, squash_options(options));
  engine::migration_path(squash.migration.key, context.apps());
  show_replaced(squash, context);
  cli::Output& out = context.out();
  out.document().set("app", options.app);
  out.document().set("name", squash.migration.key.name);
  out.document().set("written", false);
  if (context.prompt().interactive() &&
      !context.prompt().confirm("Do you wish to proceed?", "--no-input")) {
    return ExitCode::kDone;
  }
  show_optimized(squash, !options.no_optimize, context);
  verify(loader, squash, context);
  std::string header = file_header(context, options.no_header);
  engine::FileChanges changes;
  changes.create(engine::migration_path(squash.migration.key, context.apps()),
                 engine::write_migration(squash.migration, header));
  keep_head(changes, loader, squash);
  changes.apply();
  out.document().set("written", true);
  out.say("Created the squashed migration:");
  out.document().set("migration",
                     show_migration(squash.migration, header, context));
  out.note(
      "Commit it and leave the old ones in place: new databases use it, others "
      "go on.\nWhen every database has applied the old ones, delete them and "
      "remove `replaces:`.");
  return ExitCode::kDone;
}

}  // namespace manage::commands
