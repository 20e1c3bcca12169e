// manage check: are the settings, models and migrations sound?
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "core/error.hpp"

namespace manage::commands {

struct CheckOptions {
  std::vector<std::string> apps;  ///< labels; none means all
  std::vector<std::string> tags;  ///< none means all
  std::vector<std::string> databases;
  bool deploy = false;
  bool list_tags = false;
  /// From which level on the exit code is 1: DEBUG to CRITICAL. Empty: ERROR,
  /// or WARNING with --deploy.
  std::string fail_level;
};

inline constexpr cli::Example kCheckExamples[] = {
    {"manage check", "Check the whole project"},
    {"manage check shop --fail-level WARNING",
     "Fail for what is only doubtful about shop too"},
    {"manage check --deploy --env prod",
     "Is the project fit to be deployed with these settings?"},
    {"manage check --annotations github", "Mark what is wrong in the commit"},
};

void configure_check(CLI::App& app, CheckOptions& options);
/// JSON: {"apps": labels, "models": number, "issues": [{"code",
/// "message", "where", "hint", "level"}], "silenced": number}; with --list-tags
/// {"tags": names}.
ExitCode run_check(const CheckOptions& options, cli::Context& context);

}  // namespace manage::commands
