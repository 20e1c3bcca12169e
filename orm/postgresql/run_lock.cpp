#include "orm/postgresql/run_lock.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <set>

#include "core/error.hpp"
#include "orm/postgresql/libpq.hpp"

namespace manage::orm {

namespace {

/// A query's portal lives until the next one in the transaction, and keeps its
/// snapshot. This has none, and takes the place of the last query.
constexpr std::string_view kForget =
    "SET LOCAL idle_in_transaction_session_timeout TO 0";
constexpr std::chrono::seconds kCheckAgain{1};
/// Bytes of an application_name.
constexpr std::size_t kLongestName = 63;

/// How often who serves a connection is asked, before it counts as one process.
constexpr int kRounds = 3;

/// It prepares nothing, since nobody knows yet what stands in front.
settings::DatabaseConfig loaded(settings::DatabaseConfig config) {
  load_libpq();
  config.pooled = true;
  return config;
}

std::int64_t process_of(Connection& connection) {
  const Result result = connection.query("SELECT pg_backend_pid()");
  return std::get<std::int64_t>(result.rows.front().front());
}

}  // namespace

// The transaction that holds the lock must not keep a snapshot: CREATE INDEX
// CONCURRENTLY would wait for its end, for ever. A default of REPEATABLE READ
// would keep one. It is idle for as long as the run takes, so no limit may end
// it; older servers have only some of them.
PostgresqlRunLock::PostgresqlRunLock(const settings::DatabaseConfig& config,
                                     const LockUser& user)
    : connection_(loaded(config)),
      name_(fmt::format("{}, {}", user.command, this_process())
                .substr(0, kLongestName)) {
  // Each schema has its own django_migrations, so each has its own lock.
  Result key = connection_.query(
      "SELECT hashtextextended(concat_ws('.', 'manage', current_schema(), "
      "'django_migrations'), 0), pg_backend_pid()",
      {});
  key_ = std::get<std::int64_t>(key.rows.front()[0]);
  process_ = std::get<std::int64_t>(key.rows.front()[1]);
}

// The server tells a new connection the number of its process; a pooler puts a
// number of its own there. One that pools sessions, which is harmless, gives
// each connection a process and leaves it there. Else the two are served by
// whatever process is free: by the same one where it is quiet, by several where
// it is not.
bool PostgresqlRunLock::behind_pooler(Connection& other) {
  if (process_ == PQbackendPID(connection_.handle())) return false;
  std::set<std::int64_t> own{process_}, others;
  for (int round = 0; round < kRounds; ++round) {
    others.insert(process_of(other));
    own.insert(process_of(connection_));
  }
  return own.size() > 1 || others.size() > 1 || own == others;
}

Result PostgresqlRunLock::ask(std::string_view sql,
                              const std::vector<Value>& parameters) {
  Result result = connection_.query(sql, parameters);
  connection_.execute(kForget, {});
  return result;
}

// Each attempt is a transaction of its own: one that only waits must not be
// what a statement of the holder waits for.
bool PostgresqlRunLock::try_hold() {
  connection_.execute("BEGIN ISOLATION LEVEL READ COMMITTED", {});
  std::vector<Value> name{name_};
  ask("SELECT set_config(name, '0', true) FROM pg_settings WHERE name IN "
      "('idle_in_transaction_session_timeout', 'transaction_timeout', "
      "'statement_timeout') "
      "UNION ALL SELECT set_config('application_name', $1, true)",
      name);
  std::vector<Value> key{key_};
  Result result = ask("SELECT pg_try_advisory_xact_lock($1)", key);
  if (std::get<bool>(result.rows.front().front())) return true;
  connection_.execute("ROLLBACK", {});
  return false;
}

std::string PostgresqlRunLock::holder() {
  std::vector<Value> parameters{key_};
  Result result = connection_.query(
      "SELECT concat_ws(', ', nullif(a.application_name, ''), "
      "'server process ' || l.pid, 'from ' || host(a.client_addr), "
      "'since ' || to_char(a.xact_start AT TIME ZONE 'UTC', "
      "'YYYY-MM-DD HH24:MI:SS') || ' UTC') "
      "FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid "
      "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 "
      "AND l.database = (SELECT oid FROM pg_database "
      "WHERE datname = current_database()) "
      "AND l.classid::bigint = ($1::bigint >> 32) & 4294967295 "
      "AND l.objid::bigint = $1::bigint & 4294967295 LIMIT 1",
      parameters);
  return result.rows.empty() ? "" : display(result.rows.front().front());
}

void PostgresqlRunLock::check() {
  // A connection that was ended says so by itself; only one that was cut off
  // silently has to be asked, which needs a round trip.
  const auto now = std::chrono::steady_clock::now();
  if (now - checked_ < kCheckAgain && !connection_.has_input()) return;
  checked_ = now;
  try {
    connection_.execute(kForget, {});
  } catch (const Error& error) {
    throw Error("migrations.lock-lost",
                fmt::format("the connection that holds the lock of this run is "
                            "gone: {}",
                            error.message()))
        .hint(fmt::format("what was applied stays; start it again. If a pooler "
                          "or firewall ends idle connections, "
                          "databases.{}.migration_url goes around it",
                          connection_.alias()));
  }
}

}  // namespace manage::orm
