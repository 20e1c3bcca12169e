// sqlmigrate for several migrations: a script that records what it does.
#pragma once

#include "cli/context.hpp"
#include "commands/sqlmigrate.hpp"

namespace manage::commands {

/// Whether a script of several is wanted. Throws a usage error for options that
/// do not go together.
bool wants_script(const SqlmigrateOptions& options);

/// REQUIRES: wants_script().
ExitCode run_script(const SqlmigrateOptions& options,
                    const orm::Dialect& dialect, cli::Context& context);

}  // namespace manage::commands
