// What migrate would do, for --plan and --dry-run.
#pragma once

#include <vector>

#include "cli/context.hpp"
#include "migrations_engine/plan.hpp"

namespace manage::commands {

/// The steps with their operations, and their transactions if a migration has
/// not just one.
void show_plan(const std::vector<migrations_engine::Step>& steps,
               cli::Context& context);
/// The statements, as a script.
void show_sql(const std::vector<migrations_engine::Plan>& plans,
              const orm::Dialect& dialect, cli::Context& context);

}  // namespace manage::commands
