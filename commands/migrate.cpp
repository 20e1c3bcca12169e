#include "commands/migrate.hpp"

#include <fmt/format.h>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "commands/migration_names.hpp"
#include "commands/migration_questions.hpp"
#include "core/text.hpp"
#include "migrations_engine/autodetector.hpp"
#include "migrations_engine/executor.hpp"
#include "migrations_engine/recorder.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

namespace {

/// Shows each step when it is done, never before.
class Printer : public engine::ExecutionObserver {
 public:
  Printer(cli::Context& context, DataList& done)
      : context_(context), done_(done) {}

  void started(const engine::Step& step) override {
    context_.check_interrupted();
    context_.out().note((step.backwards ? "Undoing " : "Applying ") +
                            step.migration->key.text(),
                        2);
  }

  void finished(const engine::Step& step, bool faked) override {
    context_.out().say(
        fmt::format("  {} {}{}", step.backwards ? "Undid" : "Applied",
                    step.migration->key.text(), faked ? " (faked)" : ""));
    DataMap document = step_document(step);
    document.set("faked", faked);
    done_.push_back(std::move(document));
  }

 private:
  cli::Context& context_;
  DataList& done_;
};

std::vector<engine::Target> targets(const MigrateOptions& options,
                                    const engine::Loader& loader,
                                    const orm::Apps& apps) {
  if (!options.app) return engine::latest(loader);
  apps.get(*options.app);
  if (!options.name) return engine::latest(loader, *options.app);
  if (*options.name == "zero") return {{*options.app, std::nullopt}};
  return {{*options.app, loader.find(*options.app, *options.name).name}};
}

std::string goal(const MigrateOptions& options,
                 const std::vector<engine::Target>& targets) {
  if (!options.app) return "everything";
  if (!options.name) return fmt::format("all of {}", *options.app);
  if (!targets.front().name) return fmt::format("none of {}", *options.app);
  return fmt::format("{}.{}", *options.app, *targets.front().name);
}

ExitCode show_plan(const std::vector<engine::Step>& steps,
                   cli::Context& context) {
  cli::Output& out = context.out();
  DataList documents;
  if (steps.empty()) out.line("Nothing to do.");
  for (const engine::Step& step : steps) {
    out.line(fmt::format("{}{}", step.migration->key.text(),
                         step.backwards ? " (undo)" : ""));
    DataList operations;
    const engine::Operations& all = step.migration->operations;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const engine::Operation& operation =
          *all[step.backwards ? all.size() - 1 - i : i];
      out.line(fmt::format("    {}{} {}", step.backwards ? "Undo: " : "",
                           operation.symbol(), operation.describe()));
      operations.push_back(operation_document(operation));
    }
    DataMap document = step_document(step);
    document.set("operations", std::move(operations));
    documents.push_back(std::move(document));
  }
  out.document().set("plan", std::move(documents));
  return ExitCode::kDone;
}

/// Says so when the models are ahead of the migrations.
void remark_changes(cli::Context& context, const engine::Loader& loader) {
  SilentQuestioner questioner;
  engine::DetectOptions options;
  options.track_non_db = context.settings().track_non_db;
  std::vector<engine::Migration> changes = engine::detect_changes(
      loader.final_state(), engine::ProjectState(context.models()),
      loader.graph(), questioner, options);
  if (changes.empty()) return;
  std::vector<std::string> apps;
  for (const engine::Migration& migration : changes) {
    if (apps.empty() || apps.back() != migration.key.app) {
      apps.push_back(migration.key.app);
    }
  }
  context.out().warn(
      fmt::format("the models of {} have changes that no migration has yet",
                  text::join(apps, ", ")),
      "run `manage makemigrations`");
}

}  // namespace

void configure_migrate(CLI::App& app, MigrateOptions& options) {
  cli::add_argument(app, "app_label", options.app, "Only this app");
  cli::add_argument(app, "migration_name", options.name,
                    "Go to this migration, forwards or backwards: its name, a "
                    "prefix that only it has, or zero");
  cli::add_option(app, "--database", "ALIAS", options.database,
                  "The database to migrate");
  cli::add_flag(app, "--plan", options.plan,
                "Show the steps and change nothing");
  cli::add_flag(app, "--check", options.check,
                "Change nothing; exit 1 if there is something to do");
  cli::add_flag(app, "--fake", options.fake,
                "Record the migrations without running them");
}

ExitCode run_migrate(const MigrateOptions& options, cli::Context& context) {
  engine::Loader loader(context.apps(), context.models());
  loader.check_conflicts();
  orm::Connection& connection = context.connection(options.database);
  engine::Recorder recorder(connection, context.settings().default_auto_field);
  std::set<engine::MigrationKey> applied = recorder.applied_keys();
  loader.check_history(applied);
  std::vector<engine::Target> goals = targets(options, loader, context.apps());
  std::vector<engine::Step> steps = engine::plan_steps(loader, applied, goals);
  cli::Output& out = context.out();
  out.document().set("database", options.database);
  if (options.plan || options.check) {
    show_plan(steps, context);
    return options.check && !steps.empty() ? ExitCode::kFailed
                                           : ExitCode::kDone;
  }
  out.say(fmt::format("Migrating to {}:", goal(options, goals)));
  DataList done;
  Printer printer(context, done);
  engine::Executor executor(connection, loader, recorder);
  executor.run(steps, applied,
               {.fake = options.fake, .now = [&] { return context.now(); }},
               printer);
  if (steps.empty()) {
    out.say("  No migrations to apply.");
    remark_changes(context, loader);
  }
  out.document().set("migrations", std::move(done));
  return ExitCode::kDone;
}

}  // namespace manage::commands
