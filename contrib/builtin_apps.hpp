// The apps that the binary brings: contenttypes, auth and sessions. A project
// installs them as contrib.contenttypes and so on. Their models and migrations
// are YAML files like any app's; only where they lie is different.
#pragma once

#include <vector>

#include "orm/apps.hpp"

namespace manage::contrib {

/// For orm::load_apps. Reads no file.
std::vector<orm::AppConfig> builtin_apps();

}  // namespace manage::contrib
