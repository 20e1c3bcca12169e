// manage help [COMMAND]: works with broken settings and without a database.
#pragma once

#include <optional>
#include <string>

#include "cli/command.hpp"

namespace manage::commands {

struct HelpOptions {
  std::optional<std::string> topic;  ///< a command, or "exit-codes"
};

inline constexpr cli::Example kHelpExamples[] = {
    {"manage help migrate", "Everything about migrate"},
    {"manage help exit-codes", "What each exit code means"},
};

void configure_help(CLI::App& app, HelpOptions& options);
ExitCode run_help(const HelpOptions& options, cli::Context& context);

}  // namespace manage::commands
