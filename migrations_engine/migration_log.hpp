// The table manage_migration_log: what runs of migrations did, when, with which
// version and from which text. One row for each time a migration was applied,
// undone or failed.
//
// It also is the memory of migrations that are not atomic: their row exists
// from before their first statement, and says how far they are.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/datetime.hpp"
#include "migrations_engine/checksum.hpp"
#include "migrations_engine/own_table.hpp"
#include "migrations_engine/planner.hpp"

namespace manage::migrations_engine {

/// A migration that is not atomic and stands between two of its statements.
struct HalfDone {
  std::int64_t id = 0;  ///< of its row
  MigrationKey key;
  bool backwards = false;
  bool failed = false;  ///< else it was interrupted
  /// So many statements are done; the next one is what stopped.
  std::size_t done = 0;
  std::size_t total = 0;
  /// The next one was begun outside a transaction: it may have taken effect.
  bool doubtful = false;
  std::string error;     ///< what the database said, if it failed
  std::string checksum;  ///< the migration's, canonical
  std::string plan;      ///< read_plan reads it
};

class MigrationLog {
 public:
  MigrationLog(orm::Connection& connection,
               const std::string& default_auto_field);

  /// Creates the table if it does not exist.
  void ensure_table() { table_.ensure(); }

  /// What the applied migrations were when they were applied; those that
  /// another tool applied are not there. Asking never creates the table.
  std::map<MigrationKey, Checksums> checksums();
  /// The one there is, if any. Asking never creates the table.
  std::optional<HalfDone> half_done();

  /// What a row of the migration will need, while there is time.
  void prepare(const Migration& migration) noexcept;

  // All of these write. REQUIRES: the table exists.

  /// A migration was applied or undone, all of it; half-done runs of it are no
  /// more. In the migration's transaction. Without `microseconds` it took what
  /// the transaction took up to here, by the database's clock. REQUIRES: then
  /// measures_time().
  void add_finished(const Step& step, DateTime started,
                    std::optional<std::int64_t> microseconds);
  bool measures_time() const;
  /// Nothing of it was kept.
  void add_failed(const Step& step, DateTime started, const std::string& error);
  /// It begins, and has so many statements. The row's id.
  std::int64_t add_running(const Step& step, DateTime started,
                           std::size_t statements, const std::string& plan);
  /// So many statements are done, in the transaction of the last of them. With
  /// `begun` the next one is about to run outside a transaction.
  void reached(std::int64_t id, std::size_t done, bool begun = false);
  /// The plan as it is now, in the transaction of what changed it.
  void keep_plan(std::int64_t id, const std::string& plan);
  /// Another plan that begins like the one so far.
  void change_plan(std::int64_t id, const Step& step, std::size_t statements,
                   const std::string& plan);
  /// It stopped; `kept`: what ran before stays, and can be continued.
  void stop(std::int64_t id, const std::string& error, bool kept);
  void finish(std::int64_t id, const Step& step, std::int64_t microseconds);
  /// These are the checksums of an applied migration from now on.
  void accept(const Migration& migration, DateTime now);

 private:
  /// `rest`: from "state" on.
  orm::Row row(const Step& step, DateTime started, orm::Row rest) const;
  void add(const Step& step, DateTime started, orm::Row rest,
           const std::vector<orm::ComputedColumn>& computed = {});
  void update(std::int64_t id, const std::vector<std::string>& columns,
              orm::Row values);
  /// Half-done runs of it are history.
  void close(const MigrationKey& key);
  /// Whether there may be a row of it with a plan. The lock of runs keeps
  /// others from adding one.
  bool may_be_open(const MigrationKey& key);

  Checksums checksums_of(const Migration& migration) const;

  OwnTable table_;
  std::optional<std::pair<MigrationKey, Checksums>> prepared_;
  /// As the rows were when it was first asked, and what was added since.
  std::optional<std::set<MigrationKey>> open_;
};

}  // namespace manage::migrations_engine
