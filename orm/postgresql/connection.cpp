#include "orm/postgresql/connection.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include "core/text.hpp"
#include "orm/dialect.hpp"
#include "orm/postgresql/bulk_writer.hpp"
#include "orm/postgresql/errors.hpp"
#include "orm/postgresql/libpq.hpp"
#include "orm/postgresql/values.hpp"

namespace manage::orm {

namespace {

/// Statements kept prepared: as many as a command uses over and over.
constexpr std::size_t kCachedStatements = 64;
constexpr std::size_t kKeptNotices = 100;

/// A SELECT's tag counts rows too, but it changed none.
std::int64_t changed_rows(PGresult* result) {
  std::string_view tag = PQcmdStatus(result);
  std::string count = PQcmdTuples(result);
  return count.empty() || tag.substr(0, 6) == "SELECT" ? 0 : std::stoll(count);
}

/// Whether it may be COPY, which cannot go with others.
bool may_copy(std::string_view sql) {
  return text::lower(sql).find("copy") != std::string::npos;
}

void refuse_nul(std::string_view sql) {
  if (sql.find('\0') == std::string_view::npos) return;
  throw DatabaseError("database.error", "a statement has a NUL character");
}

}  // namespace

std::unique_ptr<Connection> open_postgresql(
    const settings::DatabaseConfig& config) {
  load_libpq();
  return std::make_unique<PostgresqlConnection>(config);
}

PostgresqlConnection::PostgresqlConnection(
    const settings::DatabaseConfig& config)
    : session_(config), alias_(config.alias), pooled_(config.pooled) {
  PQsetNoticeProcessor(handle(), &PostgresqlConnection::keep_notice, this);
  set_up(config);
  cancel_ = PQgetCancel(handle());
}

PostgresqlConnection::~PostgresqlConnection() { PQfreeCancel(cancel_); }

void PostgresqlConnection::set_up(const settings::DatabaseConfig& config) {
  std::vector<Value> parameters;
  std::vector<std::string> calls;
  auto set = [&](std::string name, std::string value) {
    parameters.emplace_back(std::move(name));
    parameters.emplace_back(std::move(value));
    calls.push_back(fmt::format("set_config(${}, ${}, false)",
                                parameters.size() - 1, parameters.size()));
  };
  // What the server reports is set only where it differs, to save a round trip.
  auto reported = [&](const char* name) {
    const char* value = PQparameterStatus(handle(), name);
    return std::string_view(value ? value : "");
  };
  if (reported("TimeZone") != "UTC") set("TimeZone", "UTC");
  if (reported("DateStyle").substr(0, 3) != "ISO") set("DateStyle", "ISO");
  std::string_view intervals = reported("IntervalStyle");
  if (intervals != "postgres") set("IntervalStyle", "postgres");
  for (const auto& [name, value] : config.options) {
    if (name != "search_path" && name != "role") continue;
    if (!value.text()) {
      throw Error(
          "database.option",
          fmt::format("databases.{}.options.{} must be a text", alias_, name))
          .at(config.where);
    }
    set(name, *value.text());
  }
  if (calls.empty()) return;
  std::string sql = "SELECT " + text::join(calls, ", ");
  PostgresqlParameters encoded(parameters);
  checked(PQexecParams(handle(), sql.c_str(), encoded.count(), nullptr,
                       encoded.values(), encoded.lengths(), encoded.formats(),
                       0));
}

const Dialect& PostgresqlConnection::dialect() const {
  return postgresql_dialect();
}

void PostgresqlConnection::fail(const pg_result* result) const {
  throw postgresql_error(handle(), result, alias_);
}

PostgresqlResult PostgresqlConnection::checked(pg_result* raw) {
  PostgresqlResult result(raw);
  switch (PQresultStatus(raw)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
      return result;
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
      // Leave COPY, or the connection would take no statement any more.
      PQputCopyEnd(handle(), "not possible here");
      for (char* data = nullptr; PQgetCopyData(handle(), &data, 0) > 0;) {
        PQfreemem(data);
      }
      while (PGresult* rest = PQgetResult(handle())) PQclear(rest);
      throw DatabaseError("database.error",
                          "COPY from or to the client is not possible here");
    default:
      fail(raw);
  }
}

const std::string& PostgresqlConnection::prepared(std::string_view sql) {
  auto found = cached_.find(sql);
  if (found == cached_.end()) {
    forget_oldest();
    cache_.push_front({std::string(sql), {}});
    cached_.emplace(cache_.front().sql, cache_.begin());
    return cache_.front().name;
  }
  cache_.splice(cache_.begin(), cache_, found->second);
  Cached& entry = cache_.front();
  if (entry.name.empty()) {
    std::string name = fmt::format("manage_{}", ++prepared_count_);
    checked(PQprepare(handle(), name.c_str(), entry.sql.c_str(), 0, nullptr));
    entry.name = std::move(name);
    any_prepared_ = true;
  }
  return entry.name;
}

void PostgresqlConnection::forget_oldest() {
  // A failed transaction takes no DEALLOCATE; the cache then grows until the
  // next chance.
  if (cache_.size() < kCachedStatements ||
      PQtransactionStatus(handle()) == PQTRANS_INERROR) {
    return;
  }
  const std::string name = cache_.back().name;
  cached_.erase(cache_.back().sql);
  cache_.pop_back();
  if (name.empty()) return;
  checked(PQexec(handle(), ("DEALLOCATE " + name).c_str()));
}

void PostgresqlConnection::after_ddl() {
  ddl_in_transaction_ = ddl_in_transaction_ || in_transaction();
}

void PostgresqlConnection::forget_prepared() {
  cached_.clear();
  cache_.clear();
  if (!any_prepared_) return;
  any_prepared_ = false;
  checked(PQexec(handle(), "DEALLOCATE ALL"));
}

PostgresqlResult PostgresqlConnection::run(std::string_view sql,
                                           std::span<const Value> parameters) {
  if (parameters.empty() || pooled_ || !waiting_.empty()) {
    return run_once(sql, parameters);
  }
  refuse_nul(sql);
  PostgresqlParameters encoded(parameters);
  const std::string& name = prepared(sql);
  if (name.empty()) return run_once(sql, parameters);
  return checked(PQexecPrepared(handle(), name.c_str(), encoded.count(),
                                encoded.values(), encoded.lengths(),
                                encoded.formats(), 0));
}

PostgresqlResult PostgresqlConnection::run_once(
    std::string_view sql, std::span<const Value> parameters) {
  refuse_nul(sql);
  std::string text(sql);
  if (!waiting_.empty() && parameters.empty() && may_copy(sql)) flush();
  if (!waiting_.empty()) {
    waiting_.add(std::move(text), parameters);
    return run_waiting();
  }
  PostgresqlParameters encoded(parameters);
  // The extended protocol, which takes one statement and not several.
  PostgresqlResult result = checked(
      PQexecParams(handle(), text.c_str(), encoded.count(), nullptr,
                   encoded.values(), encoded.lengths(), encoded.formats(), 0));
  if (is_ddl(PQcmdStatus(result.get()))) {
    after_ddl();
    forget_prepared();
  }
  return result;
}

PostgresqlResult PostgresqlConnection::run_waiting() {
  const std::function<void()> work = std::exchange(meanwhile_, {});
  PostgresqlPipeline::Outcome outcome = waiting_.run(handle(), work);
  if (outcome.ddl) after_ddl();
  if (outcome.failed) {
    DatabaseError error =
        postgresql_error(handle(), outcome.last.get(), alias_);
    if (!outcome.explain) throw error;
    throw outcome.explain(error);
  }
  if (outcome.ddl) forget_prepared();
  return std::move(outcome.last);
}

void PostgresqlConnection::meanwhile(const std::function<void()>& work) {
  if (waiting_.empty()) {
    work();
  } else {
    meanwhile_ = work;
  }
}

void PostgresqlConnection::flush() {
  if (!waiting_.empty()) run_waiting();
}

void PostgresqlConnection::later(std::string sql, Row parameters,
                                 const Explain& explain) {
  if (!in_transaction()) {
    Connection::later(std::move(sql), std::move(parameters), explain);
    return;
  }
  refuse_nul(sql);
  waiting_.add(std::move(sql), parameters, explain);
  if (waiting_.full()) flush();
}

std::int64_t PostgresqlConnection::execute(std::string_view sql,
                                           std::span<const Value> parameters) {
  return changed_rows(run(sql, parameters).get());
}

void PostgresqlConnection::stream(std::string_view sql,
                                  std::span<const Value> parameters,
                                  std::size_t chunk,
                                  const std::function<void(Row&)>& see) {
  const bool alone = !in_transaction();
  const std::string name = fmt::format("manage_cursor_{}", ++cursor_count_);
  const std::string declare =
      fmt::format("DECLARE {} NO SCROLL CURSOR FOR {}", name, sql);
  const std::string fetch = fmt::format("FETCH {} FROM {}", chunk, name);
  if (alone) begin({});
  try {
    run_once(declare, parameters);
    for (bool more = true; more;) {
      Result rows = query(fetch, {});
      for (Row& row : rows.rows) see(row);
      more = rows.rows.size() == chunk;
    }
    run("CLOSE " + name, {});
  } catch (...) {
    if (alone) {
      rollback();
    } else if (PQtransactionStatus(handle()) == PQTRANS_INTRANS) {
      PQclear(PQexec(handle(), ("CLOSE " + name).c_str()));
    }
    throw;
  }
  if (alone) commit();
}

Result PostgresqlConnection::query(std::string_view sql,
                                   std::span<const Value> parameters) {
  return read_result(run(sql, parameters).get());
}

Result PostgresqlConnection::read_result(pg_result* data) {
  Result result;
  int columns = PQnfields(data);
  for (int column = 0; column < columns; ++column) {
    result.columns.emplace_back(PQfname(data, column));
  }
  int rows = PQntuples(data);
  result.rows.resize(static_cast<std::size_t>(rows));
  std::vector<unsigned> types;
  for (int column = 0; column < columns; ++column) {
    types.push_back(PQftype(data, column));
  }
  for (int at = 0; at < rows; ++at) {
    Row& row = result.rows[static_cast<std::size_t>(at)];
    row.resize(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) {
      if (PQgetisnull(data, at, column)) continue;
      const auto index = static_cast<std::size_t>(column);
      const auto size = static_cast<std::size_t>(PQgetlength(data, at, column));
      read_postgresql_value(types[index], {PQgetvalue(data, at, column), size},
                            row[index]);
    }
  }
  return result;
}

void PostgresqlConnection::begin(std::span<const std::string> first) {
  if (in_transaction()) {
    throw DatabaseError("database.error",
                        "a transaction cannot begin within a transaction");
  }
  ddl_in_transaction_ = false;
  waiting_.add("BEGIN");
  for (const std::string& statement : first) waiting_.add(statement);
}

void PostgresqlConnection::commit() {
  PostgresqlResult result = run("COMMIT", {});
  // The server answers COMMIT of a failed transaction with a rollback, and
  // calls that a success.
  if (std::string_view(PQcmdStatus(result.get())) == "ROLLBACK") {
    throw DatabaseError("database.error",
                        "the transaction was rolled back, because a statement "
                        "in it had failed");
  }
}

void PostgresqlConnection::rollback() noexcept {
  waiting_.clear();
  meanwhile_ = {};
  if (!in_transaction()) return;
  PQclear(PQexec(handle(), "ROLLBACK"));
  if (!ddl_in_transaction_) return;
  // What was prepared since the DDL describes tables that are gone again.
  cached_.clear();
  cache_.clear();
  any_prepared_ = false;
  PQclear(PQexec(handle(), "DEALLOCATE ALL"));
}

bool PostgresqlConnection::in_transaction() const {
  if (!waiting_.empty()) return true;
  PGTransactionStatusType status = PQtransactionStatus(handle());
  return status != PQTRANS_IDLE && status != PQTRANS_UNKNOWN;
}

void PostgresqlConnection::savepoint(std::string_view name) {
  run("SAVEPOINT " + dialect().quote_name(name), {});
}

void PostgresqlConnection::release_savepoint(std::string_view name) {
  run("RELEASE SAVEPOINT " + dialect().quote_name(name), {});
}

void PostgresqlConnection::rollback_to_savepoint(std::string_view name) {
  try {
    flush();
  } catch (const Error&) {
    // It is being undone.
  }
  run("ROLLBACK TO SAVEPOINT " + dialect().quote_name(name), {});
  if (ddl_in_transaction_) forget_prepared();
}

void PostgresqlConnection::interrupt() noexcept {
  char message[256];
  PQcancel(cancel_, message, sizeof message);
}

bool PostgresqlConnection::has_input() const {
  pollfd socket{PQsocket(handle()), POLLIN, 0};
  return poll(&socket, 1, 0) != 0;
}

std::vector<std::string> PostgresqlConnection::take_notices() {
  std::vector<std::string> taken(notices_.begin(), notices_.end());
  notices_.clear();
  return taken;
}

void PostgresqlConnection::keep_notice(void* self, const char* message) {
  auto& notices = static_cast<PostgresqlConnection*>(self)->notices_;
  if (notices.size() == kKeptNotices) notices.pop_front();
  notices.emplace_back(text::trim(message));
}

std::unique_ptr<BulkWriter> PostgresqlConnection::bulk_writer(
    std::string table, std::vector<std::string> columns) {
  return std::make_unique<PostgresqlBulkWriter>(*this, std::move(table),
                                                std::move(columns));
}

}  // namespace manage::orm
