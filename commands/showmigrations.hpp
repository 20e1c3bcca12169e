// showmigrations: which migrations there are, and which are applied.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace manage::commands {

struct ShowmigrationsOptions {
  std::vector<std::string> apps;
  std::string database = "default";
  bool list = false;
  bool plan = false;
  bool pending = false;
};

inline constexpr cli::Example kShowmigrationsExamples[] = {
    {"manage showmigrations", "Every app's migrations"},
    {"manage showmigrations shop", "Those of one app"},
    {"manage showmigrations --plan -v 2", "In the order they are applied"},
    {"manage showmigrations --pending", "Only what migrate would apply"},
};

void configure_showmigrations(CLI::App& app, ShowmigrationsOptions& options);
ExitCode run_showmigrations(const ShowmigrationsOptions& options,
                            cli::Context& context);

}  // namespace manage::commands
