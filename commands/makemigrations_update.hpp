// makemigrations --update: the changes join the last migration of their app.
#pragma once

#include <vector>

#include "commands/makemigrations.hpp"
#include "migrations_engine/loader.hpp"

namespace manage::commands {

/// Puts `added` into the last migrations of their apps, whose files are
/// replaced by new ones. Throws Error "migrations.update" where that may not
/// be.
void update_migrations(const MakemigrationsOptions& options,
                       const std::vector<migrations_engine::Migration>& added,
                       const migrations_engine::Loader& loader,
                       cli::Context& context);

}  // namespace manage::commands
