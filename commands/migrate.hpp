// migrate: bring the database to a point of the migrations.
#pragma once

#include <optional>
#include <string>

#include "cli/command.hpp"

namespace manage::commands {

struct MigrateOptions {
  std::optional<std::string> app;
  std::optional<std::string> name;  ///< a name, a unique prefix, or "zero"
  std::string database = "default";
  bool plan = false;
  bool check = false;
  bool dry_run = false;
  bool skip_checks = false;
  bool fake = false;
  bool resume = false;
  std::optional<std::int64_t> resume_at;  ///< a statement, 1-based
  std::optional<double> lock_wait;        ///< seconds
  std::optional<double> wait;             ///< seconds
  bool strict_history = false;
  std::optional<std::string> accept_edit;  ///< "shop.0001_initial"
  bool fake_initial = false;
  bool prune = false;
  bool run_syncdb = false;
};

inline constexpr cli::Example kMigrateExamples[] = {
    {"manage migrate", "Apply everything"},
    {"manage migrate shop 0002", "Go to migration 0002 of shop, either way"},
    {"manage migrate shop zero", "Undo all of shop"},
    {"manage migrate --plan", "Show what would be done"},
    {"manage migrate --dry-run", "Show the SQL that would be run"},
    {"manage migrate --fake-initial", "Take over tables that are there"},
    {"manage migrate shop --prune", "Forget migrations whose files are gone"},
    {"manage migrate --run-syncdb",
     "Also the tables of apps without migrations"},
    {"manage migrate --check", "In CI: exit 1 if something is not applied"},
    {"manage migrate --wait 60 --lock-wait 600",
     "In a container: wait for the server, and for the others"},
};

void configure_migrate(CLI::App& app, MigrateOptions& options);
ExitCode run_migrate(const MigrateOptions& options, cli::Context& context);

}  // namespace manage::commands
