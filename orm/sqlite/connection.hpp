// A connection to a SQLite file, through the library's C interface.
//
// journal_mode and synchronous are left as the file has them; foreign keys are
// enforced, as Django enforces them.
//
// A file that does not exist is made by the first statement that may write.
// Until then an empty database in memory answers, so that who only looks leaves
// no trace.
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

  void check_folder(const settings::DatabaseConfig& config);
  void read_options(const settings::DatabaseConfig& config);
  bool has_file() const;
  /// In the place of what was open before.
  void open(const std::string& path);
  /// The settings of a connection, and what the options ask for.
  void set_up();
  /// Opens the file itself, if that has not been done.
  void make_file();
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
  double timeout_ = 5;  ///< seconds
  std::string init_command_;
  sqlite3* handle_ = nullptr;
  bool absent_ = false;  ///< there is no file yet
  /// The most recently used first.
  std::list<Cached> cache_;
  std::map<std::string_view, std::list<Cached>::iterator> cached_;
};

}  // namespace manage::orm
