// The pages of help, from the tables of commands, options and topics.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/page.hpp"
#include "cli/topic.hpp"
#include "core/document.hpp"

namespace manage::cli {

using Topics = std::vector<Topic>;

/// Commands by group, and topics, one line each.
Page overview_page(const CommandTable& commands, const Topics& topics);
/// {"commands": [{"name", "group", "summary"}], "topics": [{"name",
/// "summary"}]}.
Document overview_document(const CommandTable& commands, const Topics& topics);

/// Usage, arguments, options, and examples at the end.
Page command_page(const Command& command);
/// {"name", "summary", "arguments", "options", "examples"}.
Document command_document(const Command& command);

/// The commands of a group and their examples. REQUIRES: a name of group_names.
Page group_page(std::string_view name, const CommandTable& commands);
/// "migrations", "static-files", …, of the groups that have commands.
std::vector<std::string> group_names(const CommandTable& commands);

/// The options that every command has.
Section global_option_section();
/// The table of exit codes.
Page exit_code_page();

/// What `manage help` can be asked for.
struct HelpName {
  std::string name;
  std::string about;
};
std::vector<HelpName> help_names(const CommandTable& commands,
                                 const Topics& topics);

}  // namespace manage::cli
