// squashmigrations: one migration in the place of many.
#pragma once

#include <string>

#include "cli/command.hpp"

namespace manage::commands {

struct SquashmigrationsOptions {
  std::string app;
  std::string first;   ///< the start, or, when it stands alone, the end
  std::string second;  ///< the end, if there is a start
  bool no_optimize = false;
  bool no_header = false;
  std::string squashed_name;
};

inline constexpr cli::Example kSquashmigrationsExamples[] = {
    {"manage squashmigrations shop 0012", "Squash 0001 to 0012 of shop"},
    {"manage squashmigrations shop 0005 0012", "Only from 0005 on"},
    {"manage squashmigrations shop 0012 --squashed-name catalog",
     "Call it 0001_catalog"},
};

void configure_squashmigrations(CLI::App& app,
                                SquashmigrationsOptions& options);
ExitCode run_squashmigrations(const SquashmigrationsOptions& options,
                              cli::Context& context);

}  // namespace manage::commands
