// How migrate gets at its database, and keeps other runs away from it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/context.hpp"
#include "commands/migrate.hpp"
#include "migrations_engine/execution.hpp"
#include "orm/run_lock.hpp"

namespace manage::commands {

/// Opens the database where migrations connect, within the time of --wait.
orm::Connection& migration_connection(const MigrateOptions& options,
                                      cli::Context& context);

/// Keeps other runs out; says whom it waits for. With the connection of this
/// run (nullptr: none is open yet) it looks for a pooler first. Throws Error
/// "migrations.locked".
std::unique_ptr<orm::RunLock> lock_runs(const MigrateOptions& options,
                                        orm::Connection* connection,
                                        cli::Context& context);

/// Copies a SQLite file that has tables, if migrations.backup_before_migrate
/// says so. Throws where a setting asks for a protection that this version does
/// not have: to run without it would be worse.
void protect(const MigrateOptions& options, orm::Connection& connection,
             cli::Context& context);

/// What the settings and options say of a run.
migrations_engine::ExecuteOptions execute_options(const MigrateOptions& options,
                                                  orm::RunLock* lock,
                                                  cli::Context& context);

/// Records that an applied migration is right as its file is now. `name` is
/// "shop.0001_initial"; the migration's name may be a prefix.
void accept_edit(const std::string& name,
                 const migrations_engine::Loader& loader,
                 const std::set<migrations_engine::MigrationKey>& applied,
                 migrations_engine::MigrationLog& log, cli::Context& context);

}  // namespace manage::commands
