// The one table of help topics, and their pages. Each is made from the tables
// that the program itself uses.
#pragma once

#include <string>
#include <vector>

#include "cli/topic.hpp"

namespace manage::commands {

std::vector<cli::Topic> all_topics();

cli::Page environment_page();

cli::Page settings_page();
std::vector<std::string> settings_entries();
/// Throws a usage error with near keys.
cli::Page setting_page(const std::string& key);

cli::Page models_page();
std::vector<std::string> models_entries();
/// Throws a usage error with near field types.
cli::Page field_type_page(const std::string& name);

cli::Page migration_files_page();

}  // namespace manage::commands
