// The one table of commands.
#pragma once

#include <vector>

#include "cli/command.hpp"
#include "cli/program.hpp"

namespace manage::commands {

std::vector<cli::Command> all_commands();

/// Commands of Django's that have no place here.
std::vector<cli::AbsentCommand> absent_commands();

}  // namespace manage::commands
