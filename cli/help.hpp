// The help of commands, as text and as data.
#pragma once

#include <string>

#include "cli/command.hpp"
#include "core/document.hpp"

namespace manage::cli {

/// Commands by group, one line each.
std::string command_list(const CommandTable& commands, bool color);
Document command_list_document(const CommandTable& commands);

/// Usage, arguments, options, and examples at the end.
std::string command_help(const Command& command, bool color);
/// {"name", "summary", "arguments", "options", "examples"}.
Document command_help_document(const Command& command);

/// The table of exit codes.
std::string exit_code_help();
Document exit_code_document();

}  // namespace manage::cli
