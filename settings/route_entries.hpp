// Reads the entries of `database_routers`.
#pragma once

#include <string>
#include <vector>

#include "settings/convert.hpp"
#include "settings/routes.hpp"

namespace manage::settings {

/// `list` is the merged list; `aliases` are the databases there are. What is
/// wrong is a diagnostic "settings.route".
Routes read_routes(const yaml::Node& list,
                   const std::vector<std::string>& aliases,
                   Converter& converter, Diagnostics& diagnostics);

}  // namespace manage::settings
