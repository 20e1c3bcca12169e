// What the migration commands show in the same way.
#pragma once

#include <filesystem>
#include <string>

#include "cli/context.hpp"
#include "core/data.hpp"
#include "migrations_engine/operation.hpp"
#include "migrations_engine/planner.hpp"

namespace manage::commands {

/// Relative to the project's root where it lies below it.
std::string shown_path(const std::filesystem::path& path,
                       cli::Context& context);

/// {"type", "symbol", "description"}
Data operation_document(const migrations_engine::Operation& operation);

/// {"app", "name", "backwards"}
DataMap step_document(const migrations_engine::Step& step);

}  // namespace manage::commands
