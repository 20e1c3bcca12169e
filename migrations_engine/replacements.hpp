// What squashed migrations mean for the rows of django_migrations: the one who
// applies or undoes a squashed migration does so for all it replaces.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/datetime.hpp"
#include "migrations_engine/loader.hpp"
#include "migrations_engine/recorder.hpp"

namespace manage::migrations_engine {

/// Whether the database has the migration: its own row, or, where it is
/// squashed, the rows of all it replaces. REQUIRES: the table exists.
bool is_recorded(Recorder& recorder, const Migration& migration);

/// Writes the rows that say it is applied: its own, or those of all it
/// replaces; then finish_recording() adds its own. REQUIRES: in the migration's
/// transaction.
void record_applied(Recorder& recorder, const Migration& migration,
                    DateTime now);
/// Removes its row, and those of all it replaces.
void record_unapplied(Recorder& recorder, const Migration& migration);

/// Records each squashed migration whose replaced ones are all recorded, in one
/// transaction. Returns those that were not recorded before.
std::vector<MigrationKey> finish_recording(orm::Connection& connection,
                                           const Loader& loader,
                                           Recorder& recorder, DateTime now);

/// The rows of `app` that no file stands for, sorted. Throws Error
/// "migrations.prune" while a squashed migration's `replaces` names one of
/// them: without the row, it would no longer count as applied.
std::vector<MigrationKey> prunable(const Loader& loader,
                                   const std::set<MigrationKey>& recorded,
                                   std::string_view app);
/// Removes these rows in one transaction.
void prune(orm::Connection& connection, Recorder& recorder,
           const std::vector<MigrationKey>& rows);

}  // namespace manage::migrations_engine
