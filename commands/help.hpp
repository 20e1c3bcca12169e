// manage help [NAME [ENTRY]]: works with broken settings and without a
// database.
#pragma once

#include <optional>
#include <string>

#include "cli/command.hpp"

namespace manage::commands {

struct HelpOptions {
  std::optional<std::string> name;   ///< a command, a topic or a group
  std::optional<std::string> entry;  ///< of a topic
  std::optional<std::string> man;    ///< the folder for the man pages
};

inline constexpr cli::Example kHelpExamples[] = {
    {"manage help migrate", "Everything about migrate"},
    {"manage help migrations", "The commands for migrations"},
    {"manage help settings time_zone", "Everything about one setting"},
    {"manage help models CharField", "What a field type takes"},
    {"manage help exit-codes", "What each exit code means"},
};

void configure_help(CLI::App& app, HelpOptions& options);
/// JSON: the commands and topics, a command, or a page; with --man {"files"}.
ExitCode run_help(const HelpOptions& options, cli::Context& context);

}  // namespace manage::commands
