// Which names a new project or app may have.
#pragma once

#include <string>

namespace manage::commands {

/// Throws a usage error unless it is an identifier.
void check_project_name(const std::string& name);
/// Throws a usage error unless it is an identifier that neither a built-in app
/// nor a folder of every project has.
void check_app_name(const std::string& name);

}  // namespace manage::commands
