// What migrate can be told.
#pragma once

#include "commands/migrate.hpp"

namespace manage::commands {

/// Throws a usage error for what does not go together.
void check_options(const MigrateOptions& options);

}  // namespace manage::commands
