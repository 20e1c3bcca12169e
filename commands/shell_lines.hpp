// The shell at a terminal: lines are read, run and shown.
#pragma once

#include "cli/context.hpp"
#include "commands/scripts.hpp"

namespace manage::commands {

/// Until the end of the input, or exit(). An error ends the line and not the
/// shell, and so does Ctrl-C. `startup`: whether .managerc.lua is run first.
ExitCode run_lines(Scripts& scripts, cli::Context& context, bool startup);

}  // namespace manage::commands
