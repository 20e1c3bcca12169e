// One open database connection, whatever the database.
//
// Not thread-safe: one thread at a time. Nothing is retried and nothing
// reconnects: a lost connection is an Error, because locks, settings and
// savepoints would be gone.
//
// Errors, all `manage::Error`, translated from the library's:
//   database.connect    cannot be reached or opened
//   database.locked     another writer holds the lock        (exit code 75)
//   database.unique, database.foreign-key, database.not-null, database.check
//                       a constraint said no (DatabaseError below names it);
//                       an exclusion constraint counts as unique
//   database.interrupted  interrupt() or a time limit stopped the statement
//   database.lost       the connection went away
//   database.value      a parameter that the database cannot take
//   database.resource   the disk is full, or the file damaged: no row's fault
//   database.error      anything else
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "orm/value.hpp"
#include "settings/settings.hpp"

namespace manage::orm {

class AtomicBlocks;
class BulkWriter;
class Dialect;

/// What a query returned. Values are the driver's: SQLite gives NULL, integer,
/// double, text and bytes; PostgreSQL gives them by the column's type (bool,
/// integer, double, Decimal, Date, Time, DateTime, Duration, Uuid, Json, Bytes,
/// text for the rest). Fields convert them (orm/convert.hpp).
struct Result {
  std::vector<std::string> columns;
  std::vector<Row> rows;
};

/// Which constraint failed, where the database tells.
class DatabaseError : public Error {
 public:
  using Error::Error;
  std::string constraint;            ///< its name, if known
  std::vector<std::string> columns;  ///< its columns, if known
  std::string table;
};

class Connection {
 public:
  Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection();

  virtual const Dialect& dialect() const = 0;
  /// The alias of the settings: "default".
  virtual const std::string& alias() const = 0;

  /// Runs one statement; returns the number of rows it changed. Placeholders
  /// are the dialect's: `?1` on SQLite, `$1` on PostgreSQL. Statements with
  /// parameters are prepared when they come again, and kept.
  virtual std::int64_t execute(std::string_view sql,
                               std::span<const Value> parameters = {}) = 0;
  virtual Result query(std::string_view sql,
                       std::span<const Value> parameters = {}) = 0;
  /// What to throw for the error of a statement.
  using Explain = std::function<Error(const Error&)>;
  /// As execute(), for a statement whose answer nobody waits for. In a
  /// transaction on PostgreSQL it goes to the server with the next statement
  /// that somebody waits for, at the latest with COMMIT, in one round trip; an
  /// error is thrown then, and nothing after the failed statement was run.
  virtual void later(std::string sql, Row parameters = {},
                     const Explain& explain = {});
  /// Returns when what runs later is done; throws its error.
  virtual void flush() {}
  /// Does `work` while the database does the next statement that somebody waits
  /// for; at once where a statement runs in this process. `work` must not use
  /// the connection, nor throw.
  virtual void meanwhile(const std::function<void()>& work) { work(); }

  /// The rows of a query one after the other, `chunk` of them at a time in
  /// memory: by a server-side cursor on PostgreSQL, which needs a transaction
  /// and begins one if there is none. `see` may run other statements.
  virtual void stream(std::string_view sql, std::span<const Value> parameters,
                      std::size_t chunk,
                      const std::function<void(Row&)>& see) = 0;

  /// REQUIRES: not in a transaction. On SQLite BEGIN IMMEDIATE, so that a
  /// second writer fails at the start instead of in the middle.
  void begin() { begin({}); }
  /// `first` are statements without parameters; if one fails, the transaction
  /// has not begun. On PostgreSQL all of it goes with the next statement, which
  /// throws what went wrong.
  virtual void begin(std::span<const std::string> first) = 0;
  virtual void commit() = 0;
  /// Harmless outside a transaction; never throws for a lost connection.
  virtual void rollback() noexcept = 0;
  virtual bool in_transaction() const = 0;

  virtual void savepoint(std::string_view name) = 0;
  virtual void release_savepoint(std::string_view name) = 0;
  virtual void rollback_to_savepoint(std::string_view name) = 0;

  /// Whether the next statement outside a transaction may be another session's,
  /// because a transaction pooler stands in front: as the settings say, or as
  /// it turned out.
  virtual bool pooled() const { return false; }
  virtual void set_pooled(bool) {}

  /// Asks the statement now running in another thread or below a signal to
  /// stop. Async-signal-safe.
  virtual void interrupt() noexcept = 0;

  /// What the server said beside its results since the last call; only the
  /// newest 100.
  virtual std::vector<std::string> take_notices() { return {}; }

  /// The atomic blocks that are open (orm/atomic.hpp).
  AtomicBlocks& blocks() { return *blocks_; }

  /// Loads rows into `table` (an unquoted name) as fast as the database can:
  /// COPY on PostgreSQL, multi-row prepared INSERTs on SQLite.
  virtual std::unique_ptr<BulkWriter> bulk_writer(
      std::string table, std::vector<std::string> columns) = 0;

 private:
  std::unique_ptr<AtomicBlocks> blocks_;
};

/// Begins, and rolls back unless commit() was called.
class Transaction {
 public:
  explicit Transaction(Connection& connection,
                       std::span<const std::string> first = {});
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

/// A savepoint, rolled back unless release() was called.
/// REQUIRES: the connection is in a transaction.
class Savepoint {
 public:
  /// Throws "database.no-transaction" outside a transaction: SQLite would begin
  /// one there, and release() commit it.
  Savepoint(Connection& connection, std::string name);
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;
  ~Savepoint();
  void release();

 private:
  Connection& connection_;
  std::string name_;
  bool open_ = true;
};

/// A stream of rows into one table. Rows are in the order of the columns given,
/// values already in the driver's terms (Dialect::to_db). What went wrong may
/// be thrown by any call up to finish(); then the writer is of no more use.
/// From the first add() to finish() the connection can do nothing else. Without
/// finish(), rows may or may not be there: roll back.
///
/// A row is filled where the writer keeps it, so that nothing is copied:
///
///   std::span<Value> row = writer.row();
///   row[0] = …;
///   writer.add();
class BulkWriter {
 public:
  virtual ~BulkWriter() = default;
  /// A value for each column, to be overwritten: they are those of some row
  /// before, whose memory serves again. Valid until add().
  virtual std::span<Value> row() = 0;
  /// The row is whole.
  virtual void add() = 0;
  /// Adds a copy of that row.
  void add(std::span<const Value> values);
  /// Sends what is left; returns the number of rows written in all.
  virtual std::int64_t finish() = 0;
};

/// Opens that database. Throws "database.connect", "database.option".
std::unique_ptr<Connection> connect(const settings::DatabaseConfig& config);
/// Opens the database `alias` of the settings. Throws "database.connect", and a
/// usage error for an alias that does not exist.
std::unique_ptr<Connection> connect(const settings::Settings& settings,
                                    std::string_view alias = "default");

}  // namespace manage::orm
