// The one table of checks: what each folder adds to the list.
#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"
#include "core/checks.hpp"

namespace manage::commands {

/// Every check of the project, and one for each of `databases` that it can be
/// reached. Reads the files; throws only outside a project.
CheckList all_checks(cli::Context& context,
                     const std::vector<std::string>& databases);

/// Need::kChecks: throws all errors in settings and models, and shows what is
/// doubtful and not silenced. The migrations are left to whoever reads them.
void require_checks(cli::Context& context);

/// The option --skip-checks of commands with Need::kChecks.
void add_skip_checks(CLI::App& app, bool& target);

/// The day by which silences end.
Date today(const cli::Context& context);

}  // namespace manage::commands
