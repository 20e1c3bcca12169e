// migrate APP --prune: forget the recorded migrations that have no file.
#pragma once

#include <set>

#include "commands/migrate.hpp"
#include "migrations_engine/loader.hpp"
#include "migrations_engine/recorder.hpp"

namespace manage::commands {

/// Removes the rows and says which. Throws a usage error without an app, and
/// what prunable() throws.
ExitCode prune_app(const MigrateOptions& options,
                   const std::set<migrations_engine::MigrationKey>& recorded,
                   const migrations_engine::Loader& loader,
                   migrations_engine::Recorder& recorder,
                   cli::Context& context);

}  // namespace manage::commands
