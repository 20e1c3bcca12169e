// makemigrations --merge: one migration that joins the ends of an app.
#pragma once

#include "commands/makemigrations.hpp"
#include "migrations_engine/loader.hpp"

namespace manage::commands {

/// Shows the branches of every app that has several, asks at a terminal, and
/// writes. Throws Error "migrations.overlap" where branches change the same
/// things and nobody allows it.
ExitCode merge_migrations(const MakemigrationsOptions& options,
                          const migrations_engine::Loader& loader,
                          cli::Context& context);

}  // namespace manage::commands
