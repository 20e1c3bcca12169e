#include "commands/makemigrations.hpp"

#include <fmt/format.h>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "commands/all_checks.hpp"
#include "commands/makemigrations_merge.hpp"
#include "commands/makemigrations_update.hpp"
#include "commands/migration_questions.hpp"
#include "commands/new_migrations.hpp"
#include "core/text.hpp"
#include "migrations_engine/autodetector.hpp"
#include "migrations_engine/empty_migration.hpp"
#include "migrations_engine/head.hpp"
#include "migrations_engine/losses.hpp"
#include "migrations_engine/reference_checks.hpp"
#include "migrations_engine/writer.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

namespace {

std::vector<engine::Migration> detect(const MakemigrationsOptions& options,
                                      cli::Context& context,
                                      const engine::Loader& loader) {
  CommandQuestioner questioner(
      {options.defaults, options.renamed, options.not_renamed},
      context.models(), context.prompt(), context.out());
  engine::DetectOptions detect;
  detect.apps = {options.apps.begin(), options.apps.end()};
  detect.track_non_db = context.settings().track_non_db;
  detect.name = options.name;
  detect.timestamp = name_timestamp(context);
  std::vector<engine::Migration> migrations =
      engine::detect_changes(engine::checked_final_state(loader),
                             engine::ProjectState(context.models()),
                             loader.graph(), questioner, detect);
  questioner.require_all_used();
  return migrations;
}

/// `losses` is of each migration.
void show(const std::vector<engine::Migration>& migrations,
          const std::vector<std::vector<std::string>>& losses,
          const std::string& header, cli::Context& context) {
  DataList found;
  std::vector<std::string> all;
  std::string app;
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    const engine::Migration& migration = migrations[i];
    if (migration.key.app != app) {
      app = migration.key.app;
      context.out().say(fmt::format("Migrations for '{}':", app));
    }
    DataMap document = show_migration(migration, header, context);
    document.set("losses", losses[i]);
    found.push_back(std::move(document));
    all.insert(all.end(), losses[i].begin(), losses[i].end());
  }
  warn_losses(all, context);
  context.out().document().set("migrations", std::move(found));
}

/// One without operations for each app, to be filled by hand.
std::vector<engine::Migration> empty_migrations(
    const MakemigrationsOptions& options, const engine::Loader& loader,
    cli::Context& context) {
  if (options.apps.empty()) {
    throw usage_error("--empty needs the name of an app",
                      "manage makemigrations shop --empty");
  }
  std::vector<engine::Migration> migrations;
  for (const std::string& app : options.apps) {
    migrations.push_back(engine::empty_migration(
        loader.graph(), app, options.name, name_timestamp(context)));
    if (options.lua) {
      migrations.back() = engine::lua_migration(std::move(migrations.back()));
    }
  }
  return migrations;
}

void write_files(const MakemigrationsOptions& options,
                 const std::vector<engine::Migration>& migrations,
                 const std::string& header, cli::Context& context) {
  engine::FileChanges changes;
  engine::add_migrations(changes, migrations, context.apps(), header);
  for (const engine::Migration& migration : migrations) {
    if (!options.lua) break;
    const auto path = engine::migration_path(migration.key, context.apps());
    changes.create(path.parent_path() / engine::program_name(migration.key),
                   engine::program_skeleton());
  }
  changes.apply();
}

ExitCode make(const MakemigrationsOptions& options, cli::Context& context,
              const engine::Loader& loader) {
  std::vector<engine::Migration> migrations =
      options.empty ? empty_migrations(options, loader, context)
                    : detect(options, context, loader);
  if (migrations.empty()) {
    context.out().say(options.apps.empty()
                          ? "No changes detected"
                          : fmt::format("No changes detected in {}",
                                        text::join(options.apps, ", ")));
  }
  bool write = !options.dry_run && !options.check && !migrations.empty();
  context.out().document().set("written", write);
  if (options.update && !migrations.empty()) {
    update_migrations(options, migrations, loader, context);
  } else {
    std::string header = file_header(context, options.no_header);
    const auto losses = engine::find_losses(migrations, loader.final_state());
    if (write) write_files(options, migrations, header, context);
    show(migrations, losses, header, context);
  }
  return options.check && !migrations.empty() ? ExitCode::kFailed
                                              : ExitCode::kDone;
}

void check_options(const MakemigrationsOptions& options) {
  std::vector<std::string> modes;
  if (options.merge) modes.push_back("--merge");
  if (options.empty) modes.push_back("--empty");
  if (options.update) modes.push_back("--update");
  if (modes.size() > 1) {
    throw usage_error(
        fmt::format("{} exclude each other", text::join(modes, " and ")));
  }
  if (options.lua && !options.empty) {
    throw usage_error("--lua is for --empty");
  }
  if (options.allow_overlap && !options.merge) {
    throw usage_error("--allow-overlap is for --merge");
  }
  check_migration_name(options.name);
}

}  // namespace

void configure_makemigrations(CLI::App& app, MakemigrationsOptions& options) {
  cli::add_argument(app, "app_label", options.apps, "Only these apps")
      .takes(cli::ValueKind::kApp);
  cli::add_flag(app, "--dry-run", options.dry_run,
                "Show what would be written (-v 3: the files too)");
  add_skip_checks(app, options.skip_checks);
  cli::add_flag(app, "--check", options.check,
                "Write nothing; exit 1 if there is something to write");
  cli::add_flag(app, "--merge", options.merge,
                "Join the branches of an app that has several last migrations");
  cli::add_flag(app, "--allow-overlap", options.allow_overlap,
                "With --merge: also where they change the same things");
  cli::add_flag(app, "--empty", options.empty,
                "A migration without operations for each app named");
  cli::add_flag(
      app, "--lua", options.lua,
      "With --empty: and a RunLua, whose program is a file beside it");
  cli::add_flag(app, "--update", options.update,
                "Put the changes into the last migration, if nothing has it "
                "yet");
  cli::add_flag(app, "--no-header", options.no_header,
                "No comment on the first line of the files");
  cli::add_option(app, "-n,--name", "NAME", options.name,
                  "Name of the files, after their number");
  cli::add_option(app, "--default", "APP.MODEL.FIELD=VALUE", options.defaults,
                  "What existing rows get in a new field that is NOT NULL, "
                  "written as in models.yaml (repeatable)")
      .takes(cli::ValueKind::kFieldPath, cli::ValueShape::kBefore);
  cli::add_option(app, "--renamed", "OLD=NEW", options.renamed,
                  "A model or field has another name and keeps its rows: "
                  "shop.Author=shop.Writer, or "
                  "shop.Author.name=shop.Author.full_name (repeatable)");
  cli::add_option(app, "--not-renamed", "APP.MODEL[.FIELD]",
                  options.not_renamed,
                  "What is gone was not renamed: remove it (repeatable)")
      .takes(cli::ValueKind::kModel);
}

ExitCode run_makemigrations(const MakemigrationsOptions& options,
                            cli::Context& context) {
  check_options(options);
  for (const std::string& app : options.apps) context.apps().get(app);
  try {
    engine::Loader loader(context.apps(), context.models());
    if (options.merge) return merge_migrations(options, loader, context);
    engine::check_heads(loader);
    loader.check_conflicts();
    return make(options, context, loader);
  } catch (const Error& error) {
    // A check that needs an answer has found something (cli.md).
    if (!options.check || error.code() != kQuestionCode) throw;
    throw Error(error).exit(ExitCode::kFailed);
  }
}

}  // namespace manage::commands
