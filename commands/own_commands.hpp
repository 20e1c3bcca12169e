// Commands that the project's apps bring: <app>/commands/NAME.lua, and
// executable files <app>/commands/NAME.
#pragma once

#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "orm/apps.hpp"

namespace manage::commands {

/// The command of that name, or all if it is empty, in the order of the apps,
/// of which the first that has a name wins. Throws what is wrong with the file
/// of the one; of all, its summary says so.
std::vector<cli::Command> own_commands(const orm::Apps& apps,
                                       std::string_view name);

/// What is wrong with their files, and which are never run because manage has a
/// command of that name (manage.W007).
void check_own_commands(const orm::Apps& apps, const cli::CommandTable& known,
                        Diagnostics& found);

}  // namespace manage::commands
