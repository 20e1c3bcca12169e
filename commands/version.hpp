// manage version.
#pragma once

#include "cli/command.hpp"

namespace manage::commands {

struct VersionOptions {};

void configure_version(CLI::App& app, VersionOptions& options);
ExitCode run_version(const VersionOptions& options, cli::Context& context);

}  // namespace manage::commands
