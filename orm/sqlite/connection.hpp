// A connection to a SQLite file, through the library's C interface.
//
// journal_mode and synchronous are left as the file has them; foreign keys are
// enforced, as Django enforces them.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "orm/connection.hpp"
#include "settings/settings.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace manage::orm {

/// Throws "database.connect", "database.locked", and "database.option" for an
/// option that SQLite connections do not have.
std::unique_ptr<Connection> open_sqlite(const settings::DatabaseConfig& config);

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const;
};
using SqliteStatement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

class SqliteConnection final : public Connection {
 public:
  explicit SqliteConnection(const settings::DatabaseConfig& config);
  ~SqliteConnection() override;

  const Dialect& dialect() const override;
  const std::string& alias() const override { return alias_; }
  std::int64_t execute(std::string_view sql,
                       std::span<const Value> parameters) override;
  Result query(std::string_view sql,
               std::span<const Value> parameters) override;
  void stream(std::string_view sql, std::span<const Value> parameters,
              std::size_t chunk, const std::function<void(Row&)>& see) override;
  void begin(std::span<const std::string> first) override;
  void commit() override;
  void rollback() noexcept override;
  bool in_transaction() const override;
  void savepoint(std::string_view name) override;
  void release_savepoint(std::string_view name) override;
  void rollback_to_savepoint(std::string_view name) override;
  void interrupt() noexcept override;
  std::unique_ptr<BulkWriter> bulk_writer(
      std::string table, std::vector<std::string> columns) override;

  /// A statement of its own, not in the cache. Throws if `sql` is none or has
  /// text after it; nullptr for nothing but white space and comments.
  SqliteStatement prepare(std::string_view sql, bool keep);
  /// Binds one value; texts and bytes must outlive the statement's run.
  void bind(sqlite3_stmt* statement, int number, const Value& value);
  /// Runs a bound statement to its end and resets it, whatever happens.
  std::int64_t run(sqlite3_stmt* statement);
  /// How many parameters one statement may have here.
  int parameter_limit() const;

 private:
  struct Cached {
    std::string sql;
    SqliteStatement statement;
  };

  void open(const settings::DatabaseConfig& config);
  void apply_options(const settings::DatabaseConfig& config);
  void execute_script(const std::string& sql);
  /// From the cache if it has parameters, else in `owned`.
  sqlite3_stmt* statement_for(std::string_view sql,
                              std::span<const Value> parameters,
                              SqliteStatement& owned);
  void bind_all(sqlite3_stmt* statement, std::span<const Value> parameters);
  [[noreturn]] void fail(int code) const;

  std::string alias_;
  std::string path_;
  std::string begin_sql_ = "BEGIN IMMEDIATE";
  sqlite3* handle_ = nullptr;
  /// The most recently used first.
  std::list<Cached> cache_;
  std::map<std::string_view, std::list<Cached>::iterator> cached_;
};

}  // namespace manage::orm
