// rebasemigration: put one branch's migrations behind the other's.
#pragma once

#include <optional>
#include <string>

#include "cli/command.hpp"

namespace manage::commands {

struct RebasemigrationOptions {
  std::string app;
  std::optional<std::string> name;
  bool dry_run = false;
};

inline constexpr cli::Example kRebasemigrationExamples[] = {
    {"manage rebasemigration shop",
     "After a merge that git stopped at migrations/HEAD"},
    {"manage rebasemigration shop 0003_price",
     "Move the branch that ends with this one"},
    {"manage rebasemigration shop --dry-run", "Show what it would do"},
};

void configure_rebasemigration(CLI::App& app, RebasemigrationOptions& options);
ExitCode run_rebasemigration(const RebasemigrationOptions& options,
                             cli::Context& context);

}  // namespace manage::commands
