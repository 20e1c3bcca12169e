// Where a project is, and which of its environments is meant.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "settings/settings.hpp"

namespace manage::settings {

/// The folder that holds settings/base.yaml: --project or MANAGE_PROJECT, else
/// the nearest one from the working directory upwards. Absolute. Throws Error
/// "settings.no-project".
std::filesystem::path find_root(const LoadOptions& options);

/// The names that have a file settings/NAME.yaml, sorted, base and local
/// excepted.
std::vector<std::string> environments(const std::filesystem::path& root);

/// Throws Error "settings.unknown-env" unless `env` may be chosen: it has a
/// file, or is dev.
void require_environment(const std::filesystem::path& root,
                         const std::string& env);

}  // namespace manage::settings
