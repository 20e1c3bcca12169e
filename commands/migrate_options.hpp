// What migrate can be told.
#pragma once

#include "commands/migrate.hpp"

namespace manage::commands {

/// Seconds; what databases and clocks can count in the smallest of their units.
inline constexpr double kLongestWait = 2'147'483;

/// Throws a usage error for what does not go together.
void check_options(const MigrateOptions& options);

}  // namespace manage::commands
