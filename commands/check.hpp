// manage check: are the settings and models sound?
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace manage::commands {

struct CheckOptions {
  std::vector<std::string> apps;  ///< labels; none means all
};

inline constexpr cli::Example kCheckExamples[] = {
    {"manage check", "Check the whole project"},
    {"manage check --annotations github", "Mark what is wrong in the commit"},
};

void configure_check(CLI::App& app, CheckOptions& options);
/// JSON: {"apps": labels, "models": number}.
ExitCode run_check(const CheckOptions& options, cli::Context& context);

}  // namespace manage::commands
