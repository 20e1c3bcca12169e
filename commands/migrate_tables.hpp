// migrate --run-syncdb: the tables of apps without migrations.
#pragma once

#include <optional>
#include <set>

#include "commands/migrate.hpp"
#include "commands/migrate_work.hpp"
#include "migrations_engine/executor.hpp"
#include "migrations_engine/table_sync.hpp"

namespace manage::commands {

/// Which of them are missing, of all apps or the one that was asked for, once
/// `applied` is applied. Nothing without --run-syncdb.
std::optional<migrations_engine::TableSync> missing_tables(
    const MigrateOptions& options,
    const std::set<migrations_engine::MigrationKey>& applied, MigrateJob& job,
    cli::Context& context);

/// What is applied when the steps of `work` are done.
std::set<migrations_engine::MigrationKey> applied_after(
    const MigrateWork& work);

/// The plans that make them, with what they leave in `catalog`.
std::vector<migrations_engine::Plan> plans_of(
    const migrations_engine::TableSync& sync, orm::Catalog& catalog,
    const orm::Dialect& dialect,
    const migrations_engine::TableFilter& has_tables);

/// Makes them, and says what was made.
void create_tables(const migrations_engine::TableSync& sync,
                   const migrations_engine::ExecuteOptions& execute,
                   migrations_engine::ExecutionObserver& observer,
                   migrations_engine::Executor& executor,
                   cli::Context& context);

}  // namespace manage::commands
