#include "commands/migrate_options.hpp"

#include <fmt/format.h>

#include "cli/options.hpp"
#include "commands/all_checks.hpp"

namespace manage::commands {

void check_options(const MigrateOptions& options) {
  bool resumes = options.resume || options.resume_at;
  if (resumes && options.fake) {
    throw usage_error("--resume and --fake exclude each other",
                      "--fake records the migration without the rest of it");
  }
  const bool looks = options.plan || options.check || options.dry_run;
  if (options.accept_edit && (looks || options.fake || options.prune)) {
    throw usage_error("--accept-edit stands alone",
                      "it records that a file is right, and does no more");
  }
  for (double seconds :
       {options.lock_wait.value_or(0), options.wait.value_or(0)}) {
    if (seconds >= 0 && seconds <= kLongestWait) continue;
    throw usage_error(fmt::format("--lock-wait and --wait take 0 to {} seconds",
                                  kLongestWait));
  }
}

void configure_migrate(CLI::App& app, MigrateOptions& options) {
  cli::add_argument(app, "app_label", options.app, "Only this app")
      .takes(cli::ValueKind::kApp);
  cli::add_argument(app, "migration_name", options.name,
                    "Go to this migration, forwards or backwards: its name, a "
                    "prefix that only it has, or zero")
      .takes(cli::ValueKind::kMigrationTarget);
  cli::add_option(app, "--database", "ALIAS", options.database,
                  "The database to migrate")
      .takes(cli::ValueKind::kDatabase);
  cli::add_flag(app, "--plan", options.plan,
                "Show the steps and change nothing");
  cli::add_flag(app, "--dry-run", options.dry_run,
                "Show the SQL of the steps and change nothing");
  add_skip_checks(app, options.skip_checks);
  cli::add_flag(app, "--check", options.check,
                "Change nothing; exit 1 if there is something to do");
  cli::add_flag(app, "--fake", options.fake,
                "Record the migrations without running them");
  cli::add_flag(app, "--fake-initial", options.fake_initial,
                "Only record an app's first migration if its tables are there, "
                "just as it makes them");
  cli::add_flag(app, "--prune", options.prune,
                "Forget the app's recorded migrations that have no file");
  cli::add_flag(app, "--run-syncdb", options.run_syncdb,
                "Also create the tables of apps without migrations, where they "
                "are missing");
  cli::add_flag(app, "--resume", options.resume,
                "Go on with a migration that stopped half-way");
  cli::add_option(app, "--resume-at", "N", options.resume_at,
                  "The same, at this statement: it and what follows is run")
      .at_least(1);
  cli::add_option(app, "--lock-wait", "SECONDS", options.lock_wait,
                  "How long to wait for another run to end; else "
                  "migrations.lock_wait");
  cli::add_option(app, "--wait", "SECONDS", options.wait,
                  "How long to wait for a server that is not up yet");
  cli::add_flag(app, "--strict-history", options.strict_history,
                "Refuse to run if an applied migration was edited");
  cli::add_option(app, "--accept-edit", "APP.NAME", options.accept_edit,
                  "Record that an applied migration is right as it is now, and "
                  "do no more");
}

}  // namespace manage::commands
