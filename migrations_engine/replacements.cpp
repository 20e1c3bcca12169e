#include "migrations_engine/replacements.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"

namespace manage::migrations_engine {

namespace {

bool all_recorded(const std::vector<MigrationKey>& keys,
                  const std::map<MigrationKey, DateTime>& recorded) {
  return std::all_of(keys.begin(), keys.end(), [&](const MigrationKey& key) {
    return recorded.contains(key);
  });
}

}  // namespace

bool is_recorded(Recorder& recorder, const Migration& migration) {
  if (migration.replaces.empty()) return recorder.is_applied(migration.key);
  const std::vector<MigrationKey> replaced = migration.replaced_keys();
  return std::all_of(
      replaced.begin(), replaced.end(),
      [&](const MigrationKey& key) { return recorder.is_applied(key); });
}

void record_applied(Recorder& recorder, const Migration& migration,
                    DateTime now) {
  if (migration.replaces.empty()) {
    recorder.record_applied(migration.key, now);
    return;
  }
  for (const MigrationKey& key : migration.replaced_keys()) {
    recorder.record_applied(key, now);
  }
}

void record_unapplied(Recorder& recorder, const Migration& migration) {
  for (const MigrationKey& key : migration.replaced_keys()) {
    recorder.record_unapplied(key);
  }
  recorder.record_unapplied(migration.key);
}

std::vector<MigrationKey> finish_recording(orm::Connection& connection,
                                           const Loader& loader,
                                           Recorder& recorder, DateTime now) {
  std::vector<MigrationKey> added;
  if (loader.squashed().empty()) return added;
  std::map<MigrationKey, DateTime> recorded = recorder.applied();
  for (const MigrationPtr& squashed : loader.squashed()) {
    if (recorded.contains(squashed->key)) continue;
    if (!all_recorded(squashed->replaced_keys(), recorded)) continue;
    added.push_back(squashed->key);
  }
  if (added.empty()) return added;
  orm::Transaction transaction(connection, recorder.lock());
  // Another run may have done the same meanwhile.
  recorded = recorder.applied();
  std::erase_if(
      added, [&](const MigrationKey& key) { return recorded.contains(key); });
  for (const MigrationKey& key : added) recorder.record_applied(key, now);
  transaction.commit();
  return added;
}

std::vector<MigrationKey> prunable(const Loader& loader,
                                   const std::set<MigrationKey>& recorded,
                                   std::string_view app) {
  std::vector<MigrationKey> rows;
  for (const MigrationKey& key : recorded) {
    if (key.app == app && !loader.file(key)) rows.push_back(key);
  }
  std::vector<std::string> holders;
  SourcePos pos;
  for (const MigrationPtr& squashed : loader.squashed()) {
    for (const Dependency& one : squashed->replaces) {
      if (std::find(rows.begin(), rows.end(), one.key) == rows.end()) continue;
      if (holders.empty()) pos = one.pos;
      holders.push_back(squashed->key.text());
      break;
    }
  }
  if (holders.empty()) return rows;
  throw Error("migrations.prune",
              fmt::format("{} of {} cannot be pruned: {} still replaces some",
                          text::count(rows.size(), "row"), app,
                          text::join(holders, ", ")))
      .at(pos)
      .hint(
          "run `manage migrate` on every database first, so that the squashed "
          "migration is recorded; then remove its `replaces:`");
}

void prune(orm::Connection& connection, Recorder& recorder,
           const std::vector<MigrationKey>& rows) {
  if (rows.empty()) return;
  orm::Transaction transaction(connection, recorder.lock());
  for (const MigrationKey& key : rows) recorder.record_unapplied(key);
  transaction.commit();
}

}  // namespace manage::migrations_engine
