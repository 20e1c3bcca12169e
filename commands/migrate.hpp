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
  bool fake = false;
};

inline constexpr cli::Example kMigrateExamples[] = {
    {"manage migrate", "Apply everything"},
    {"manage migrate shop 0002", "Go to migration 0002 of shop, either way"},
    {"manage migrate shop zero", "Undo all of shop"},
    {"manage migrate --plan", "Show what would be done"},
    {"manage migrate --check", "In CI: exit 1 if something is not applied"},
};

void configure_migrate(CLI::App& app, MigrateOptions& options);
ExitCode run_migrate(const MigrateOptions& options, cli::Context& context);

}  // namespace manage::commands
