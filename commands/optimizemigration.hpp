// optimizemigration: fold the operations of one migration.
#pragma once

#include <string>

#include "cli/command.hpp"

namespace manage::commands {

struct OptimizemigrationOptions {
  std::string app;
  std::string name;
  bool check = false;
};

inline constexpr cli::Example kOptimizemigrationExamples[] = {
    {"manage optimizemigration shop 0004", "Fold its operations"},
    {"manage optimizemigration shop 0004 --check",
     "In CI: exit 1 if that is possible"},
};

void configure_optimizemigration(CLI::App& app,
                                 OptimizemigrationOptions& options);
ExitCode run_optimizemigration(const OptimizemigrationOptions& options,
                               cli::Context& context);

}  // namespace manage::commands
