// What the commands that write migration files have in common.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "core/data.hpp"
#include "migrations_engine/migration.hpp"

namespace manage::commands {

/// The comment on the first line of a new file; empty with `none`.
std::string file_header(const cli::Context& context, bool none = false);

/// Throws a usage error for what cannot stand in a migration's name.
void check_migration_name(const std::string& name);

/// "20261120_1000", for names that operations do not give.
std::string name_timestamp(const cli::Context& context);

/// Shows a migration by its path and operations (-v 3: the file too); returns
/// it as a document. `header` is the file's.
DataMap show_migration(const migrations_engine::Migration& migration,
                       const std::string& header, cli::Context& context);

/// Warns of what migrations take from the rows there are (-q: not).
void warn_losses(const std::vector<std::string>& losses, cli::Context& context);

/// Warns if the file of a migration that was written anew had comments beside
/// the one on its first line: they are gone.
void warn_lost_comments(const migrations_engine::Migration& migration,
                        cli::Context& context);

/// What the default database has had; nullopt, and a remark, if it cannot be
/// asked. A SQLite file that does not exist has had nothing, and is not made.
std::optional<std::set<migrations_engine::MigrationKey>> applied_if_known(
    cli::Context& context);

}  // namespace manage::commands
