// Words that may come next behind commands of the shell.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "orm/model_def.hpp"

namespace manage::commands {

/// What the folder has that the path so far leads to; folders end in a slash.
std::vector<std::string> file_words(const std::filesystem::path& here,
                                    std::string_view typed);
/// The models, by their names with and without their apps.
std::vector<std::string> model_words(const orm::ModelSet& models);

}  // namespace manage::commands
