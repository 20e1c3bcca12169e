// A command that is a program of its own.
//
// It gets everything behind its name as its arguments; MANAGE_PROJECT (the
// root) and MANAGE_ENV in its environment; and the settings as JSON on the file
// descriptor that MANAGE_SETTINGS_FD names, secrets too, which so are seen by
// nobody else. What it reads, writes and exits with is its own; a signal that
// ends it gives 128 and its number.
#pragma once

#include <filesystem>
#include <string>

#include "cli/command.hpp"
#include "settings/settings.hpp"

namespace manage::commands {

/// `shown`: "shop/commands/report".
cli::Command executable_command(std::string name, std::filesystem::path program,
                                std::string shown);

/// {"debug": …, "databases": {"default": {"engine": …, "name": …}}, …}: every
/// setting as it is in force, secrets too.
std::string settings_json(const settings::Settings& settings);

}  // namespace manage::commands
