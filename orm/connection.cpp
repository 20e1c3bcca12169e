#include "orm/connection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "orm/atomic.hpp"
#include "orm/postgresql/connection.hpp"
#include "orm/sqlite/connection.hpp"

namespace manage::orm {

Connection::Connection() : blocks_(std::make_unique<AtomicBlocks>()) {}

Connection::~Connection() = default;

void Connection::later(std::string sql, Row parameters,
                       const Explain& explain) {
  try {
    execute(sql, parameters);
  } catch (const Error& error) {
    if (!explain) throw;
    throw explain(error);
  }
}

Transaction::Transaction(Connection& connection,
                         std::span<const std::string> first)
    : connection_(connection) {
  connection_.begin(first);
  connection_.blocks().forget();
}

Transaction::~Transaction() {
  if (!open_) return;
  connection_.rollback();
  connection_.blocks().forget();
}

void Transaction::commit() {
  connection_.commit();
  open_ = false;
  connection_.blocks().committed();
}

Savepoint::Savepoint(Connection& connection, std::string name)
    : connection_(connection), name_(std::move(name)) {
  if (!connection_.in_transaction()) {
    throw Error("database.no-transaction",
                "the transaction has ended: the database rolled it back");
  }
  connection_.savepoint(name_);
}

Savepoint::~Savepoint() {
  if (!open_) return;
  try {
    connection_.rollback_to_savepoint(name_);
    connection_.release_savepoint(name_);
  } catch (const Error&) {
    // The transaction is gone, and the savepoint with it; whoever owns the
    // transaction finds out at its next statement.
  }
}

void BulkWriter::add(std::span<const Value> values) {
  const std::span<Value> kept = row();
  if (values.size() != kept.size()) {
    throw DatabaseError(
        "database.error",
        fmt::format("a row of {} for {}", text::count(values.size(), "value"),
                    text::count(kept.size(), "column")));
  }
  std::copy(values.begin(), values.end(), kept.begin());
  add();
}

void Savepoint::release() {
  connection_.release_savepoint(name_);
  open_ = false;
}

std::unique_ptr<Connection> connect(const settings::DatabaseConfig& config) {
  if (config.engine == settings::Engine::kSqlite) return open_sqlite(config);
  return open_postgresql(config);
}

}  // namespace manage::orm
