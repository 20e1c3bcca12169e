#include "commands/rebasemigration.hpp"

#include <fmt/format.h>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "commands/migration_names.hpp"
#include "commands/new_migrations.hpp"
#include "migrations_engine/rebase.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

namespace {

void refuse_applied(const engine::Rebase& rebase, cli::Context& context) {
  if (rebase.moves.empty()) return;
  std::optional<std::set<engine::MigrationKey>> applied =
      applied_if_known(context);
  if (!applied) return;
  for (const engine::Rebase::Move& move : rebase.moves) {
    if (!applied->contains(move.from)) continue;
    throw Error("migrations.applied",
                fmt::format("{} is applied to the database: it cannot get "
                            "another name",
                            move.from.text()))
        .hint(fmt::format("undo it first: `manage migrate {} NAME`, with the "
                          "migration before it",
                          move.from.app));
  }
}

void show(const engine::Rebase& rebase, cli::Context& context) {
  cli::Output& out = context.out();
  DataList moves;
  for (const engine::Rebase::Move& move : rebase.moves) {
    out.say(fmt::format("  {} -> {}", move.from.name, move.to.name));
    moves.push_back(DataMap{{"from", move.from.name}, {"to", move.to.name}});
  }
  DataList edited;
  for (const std::filesystem::path& path : rebase.edited) {
    std::string shown = shown_path(path, context);
    out.say(fmt::format("  changed {}", shown));
    edited.push_back(std::move(shown));
  }
  out.document().set("onto", rebase.onto.name);
  out.document().set("moved", std::move(moves));
  out.document().set("edited", std::move(edited));
}

}  // namespace

void configure_rebasemigration(CLI::App& app, RebasemigrationOptions& options) {
  cli::add_argument(app, "app_label", options.app, "The app")
      .required()
      .takes(cli::ValueKind::kApp);
  cli::add_argument(app, "migration_name", options.name,
                    "The last migration of the branch that moves; without it "
                    "migrations/HEAD decides")
      .takes(cli::ValueKind::kMigration);
  cli::add_flag(app, "--dry-run", options.dry_run,
                "Show what would be done, and change no file");
}

ExitCode run_rebasemigration(const RebasemigrationOptions& options,
                             cli::Context& context) {
  context.apps().get(options.app);
  engine::Loader loader(context.apps(), context.models());
  engine::Rebase rebase =
      engine::plan_rebase(loader, options.app, options.name);
  refuse_applied(rebase, context);
  cli::Output& out = context.out();
  if (!options.dry_run) rebase.changes.apply();
  out.document().set("app", options.app);
  out.document().set("written", !options.dry_run && !rebase.changes.empty());
  if (rebase.changes.empty()) {
    out.say(fmt::format("Nothing to do: {} ends in {} only.", options.app,
                        rebase.onto.name));
  } else if (rebase.moves.empty()) {
    out.say(fmt::format("migrations/HEAD of {} names {} now.", options.app,
                        rebase.onto.name));
  } else {
    out.say(fmt::format("Rebasing {} onto {}:", options.app, rebase.onto.name));
  }
  show(rebase, context);
  return ExitCode::kDone;
}

}  // namespace manage::commands
