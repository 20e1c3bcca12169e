// Statements that a PostgreSQL server gets in one round trip (libpq's pipeline
// mode). They run one after the other; where one fails, none after it is run.
#pragma once

#include <string>
#include <vector>

#include "orm/connection.hpp"
#include "orm/postgresql/values.hpp"

struct pg_conn;
struct pg_result;

namespace manage::orm {

struct ClearResult {
  void operator()(pg_result* result) const;
};
using PostgresqlResult = std::unique_ptr<pg_result, ClearResult>;

class PostgresqlPipeline {
 public:
  /// What became of the statements.
  struct Outcome {
    /// The last one's that was run; the one that failed, if one did. nullptr
    /// where the connection went away.
    PostgresqlResult last;
    bool failed = false;
    bool ddl = false;             ///< one that was run may have changed columns
    Connection::Explain explain;  ///< of the one that failed
  };

  bool empty() const { return items_.empty(); }
  /// More would rather be sent than kept.
  bool full() const;
  /// Throws "database.value" for a value that cannot be sent. REQUIRES: no COPY
  /// from or to the client.
  void add(std::string sql, std::span<const Value> parameters = {},
           Connection::Explain explain = {});
  void clear();
  /// Sends and forgets them, and does `meanwhile`, if any, before it waits.
  /// REQUIRES: not empty.
  Outcome run(pg_conn* handle, const std::function<void()>& meanwhile);

 private:
  struct Item {
    std::string sql;
    PostgresqlParameters parameters;
    Connection::Explain explain;
  };

  static bool send(pg_conn* handle, const std::vector<Item>& items);

  std::vector<Item> items_;
  std::size_t bytes_ = 0;
};

/// Whether a command tag ("ALTER TABLE") is one that may change the columns a
/// prepared statement returns, after which the server refuses to run it.
bool is_ddl(std::string_view tag);

}  // namespace manage::orm
