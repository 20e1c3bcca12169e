// What database_routers say of a database's tables.
#pragma once

#include <string>

#include "cli/context.hpp"
#include "migrations_engine/plan.hpp"

namespace manage::commands {

/// Which tables the database `alias` has; no filter without database_routers.
/// It must not outlive the context.
migrations_engine::TableFilter table_filter(const std::string& alias,
                                            cli::Context& context);

}  // namespace manage::commands
