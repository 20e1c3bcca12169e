// The table django_migrations: which migrations a database has had. It is
// exactly Django's, so that Django can go on with the same database.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/datetime.hpp"
#include "migrations_engine/migration.hpp"
#include "migrations_engine/own_table.hpp"
#include "orm/connection.hpp"

namespace manage::migrations_engine {

inline constexpr const char* kRecordsTable = "django_migrations";
inline constexpr const char* kDoneCode = "migrations.done";

/// The statements that create the table unless it is there, for a script.
std::vector<orm::Statement> create_records(
    const orm::Dialect& dialect, const std::string& default_auto_field);

class Recorder {
 public:
  /// `default_auto_field` is the project's: it types the table's id.
  Recorder(orm::Connection& connection, const std::string& default_auto_field);

  /// Empty if the table does not exist: asking never creates it.
  std::map<MigrationKey, DateTime> applied();
  std::set<MigrationKey> applied_keys();
  /// REQUIRES: the table exists.
  bool is_applied(const MigrationKey& key);
  /// Where the database is sent whole transactions: what follows in this one
  /// fails with Error "migrations.done" if is_applied(key) is `applied`. Else
  /// false, and nothing is done. REQUIRES: the table exists; in a transaction.
  bool fail_if(const MigrationKey& key, bool applied);

  /// Whether the table exists.
  bool exists() { return table_.exists(); }
  /// Creates the table if it does not exist.
  void ensure_table() { table_.ensure(); }
  /// In the transaction of the migration, so that both happen or neither.
  void record_applied(const MigrationKey& key, DateTime now);
  void record_unapplied(const MigrationKey& key);
  /// What a transaction begins with that waits for other tools and keeps them
  /// out until its end. REQUIRES: the table exists.
  std::vector<std::string> lock() const;

 private:
  std::vector<orm::BoundStatement> select(const MigrationKey& key) const;

  orm::Connection& connection_;
  OwnTable table_;
};

}  // namespace manage::migrations_engine
