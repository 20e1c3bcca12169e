// Opening and closing of a PostgreSQL connection by libpqxx, which then hands
// out libpq's own handle: statements, COPY and errors go through libpq.
//
// libpqxx would reconnect behind our back, losing locks, settings and
// savepoints; here that is switched off.
#pragma once

#include <memory>

#include "settings/settings.hpp"

struct pg_conn;

namespace manage::orm {

/// Whether a server there takes connections.
bool ping_postgresql(const settings::DatabaseConfig& config);

class PostgresqlSession {
 public:
  /// Throws "database.connect" with host, port and database, never a password.
  explicit PostgresqlSession(const settings::DatabaseConfig& config);
  PostgresqlSession(const PostgresqlSession&) = delete;
  PostgresqlSession& operator=(const PostgresqlSession&) = delete;
  ~PostgresqlSession();

  /// Open as long as the session lives.
  pg_conn* handle() const;

 private:
  class Direct;
  std::unique_ptr<Direct> direct_;
};

}  // namespace manage::orm
