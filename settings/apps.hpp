// The entries of `installed_apps`.
#pragma once

#include "settings/convert.hpp"
#include "settings/settings.hpp"

namespace manage::settings {

/// `list` is the merged list. What is wrong is a diagnostic "settings.app".
std::vector<AppEntry> app_entries(const yaml::Node& list, Converter& converter,
                                  Diagnostics& diagnostics);

}  // namespace manage::settings
