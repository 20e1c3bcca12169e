// A connection to a PostgreSQL server: opened by libpqxx (session.hpp), spoken
// to by libpq.
//
// The session has UTF-8, the time zone UTC and ISO dates, whatever the server's
// defaults. It never reconnects.
//
// BEGIN and what runs later() wait for the next statement, and go to the server
// with it. Every call keeps their order.
#pragma once

#include <deque>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "orm/connection.hpp"
#include "orm/postgresql/pipeline.hpp"
#include "orm/postgresql/session.hpp"
#include "settings/settings.hpp"

struct pg_cancel;
struct pg_conn;
struct pg_result;

namespace manage::orm {

/// Throws "database.connect".
std::unique_ptr<Connection> open_postgresql(
    const settings::DatabaseConfig& config);

class PostgresqlConnection final : public Connection {
 public:
  explicit PostgresqlConnection(const settings::DatabaseConfig& config);
  ~PostgresqlConnection() override;

  const Dialect& dialect() const override;
  const std::string& alias() const override { return alias_; }
  std::int64_t execute(std::string_view sql,
                       std::span<const Value> parameters) override;
  Result query(std::string_view sql,
               std::span<const Value> parameters) override;
  void later(std::string sql, Row parameters, const Explain& explain) override;
  void flush() override;
  void meanwhile(const std::function<void()>& work) override;
  void stream(std::string_view sql, std::span<const Value> parameters,
              std::size_t chunk, const std::function<void(Row&)>& see) override;
  void begin(std::span<const std::string> first) override;
  void commit() override;
  void rollback() noexcept override;
  bool in_transaction() const override;
  void savepoint(std::string_view name) override;
  void release_savepoint(std::string_view name) override;
  void rollback_to_savepoint(std::string_view name) override;
  bool pooled() const override { return pooled_; }
  /// What is prepared stays so. REQUIRES: nothing was, if it becomes true.
  void set_pooled(bool pooled) override { pooled_ = pooled; }
  void interrupt() noexcept override;
  std::vector<std::string> take_notices() override;
  std::unique_ptr<BulkWriter> bulk_writer(
      std::string table, std::vector<std::string> columns) override;

  /// Whether the server has sent something that nobody asked for, such as that
  /// it ends the connection.
  bool has_input() const;
  /// libpq's handle, for COPY. REQUIRES: flush() before anything is sent.
  pg_conn* handle() const { return session_.handle(); }
  /// Throws what `result` carries.
  [[noreturn]] void fail(const pg_result* result) const;

 private:
  static Result read_result(pg_result* data);
  struct Cached {
    std::string sql;
    std::string name;  ///< of the prepared statement; empty: seen once
  };

  void set_up(const settings::DatabaseConfig& config);
  PostgresqlResult run(std::string_view sql, std::span<const Value> parameters);
  /// Without preparing it.
  PostgresqlResult run_once(std::string_view sql,
                            std::span<const Value> parameters);
  /// The last one's result.
  PostgresqlResult run_waiting();
  /// What is prepared may not fit any more.
  void after_ddl();
  /// The prepared statement's name; prepared when it comes for the second
  /// time, because a name costs a round trip. Empty the first time.
  const std::string& prepared(std::string_view sql);
  void forget_oldest();
  void forget_prepared();
  /// Throws unless the statement succeeded, and ends a COPY it began.
  PostgresqlResult checked(pg_result* raw);
  static void keep_notice(void* self, const char* message);

  PostgresqlSession session_;
  PostgresqlPipeline waiting_;  ///< only in a transaction
  std::function<void()> meanwhile_;
  std::string alias_;
  /// Behind a transaction pooler the next statement may reach another server
  /// process, so nothing is prepared.
  bool pooled_;
  pg_cancel* cancel_ = nullptr;
  /// The most recently used first.
  std::list<Cached> cache_;
  std::map<std::string_view, std::list<Cached>::iterator> cached_;
  std::size_t prepared_count_ = 0;
  int cursor_count_ = 0;
  bool any_prepared_ = false;  ///< since the last DEALLOCATE ALL
  bool ddl_in_transaction_ = false;
  std::deque<std::string> notices_;
};

}  // namespace manage::orm
