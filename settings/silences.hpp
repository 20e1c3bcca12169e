// The entries of `silenced_system_checks`.
#pragma once

#include <vector>

#include "core/checks.hpp"
#include "settings/convert.hpp"

namespace manage::settings {

/// `list` is the merged list: ids, or maps {id, reason, until}. What is wrong
/// is a diagnostic "settings.silence".
std::vector<Silence> silences(const yaml::Node& list, Converter& converter,
                              Diagnostics& diagnostics);

}  // namespace manage::settings
