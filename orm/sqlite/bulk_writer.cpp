#include "orm/sqlite/bulk_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "orm/dialect.hpp"

namespace manage::orm {

namespace {

/// Where more rows in one INSERT stop paying off.
constexpr std::size_t kRowsPerInsert = 50;

}  // namespace

SqliteBulkWriter::SqliteBulkWriter(SqliteConnection& connection,
                                   const std::string& table,
                                   const std::vector<std::string>& columns)
    : connection_(connection), columns_(columns.size()) {
  const Dialect& dialect = connection.dialect();
  std::vector<std::string> quoted;
  for (const std::string& column : columns) {
    quoted.push_back(dialect.quote_name(column));
  }
  // OR FAIL, since whoever writes takes back the whole batch after an error:
  // OR ABORT would journal every statement of several rows by itself.
  head_ = fmt::format("INSERT OR FAIL INTO {} ({}) VALUES ",
                      dialect.quote_name(table), text::join(quoted, ", "));
  std::size_t fitting =
      static_cast<std::size_t>(connection.parameter_limit()) / columns_;
  rows_per_insert_ = std::clamp<std::size_t>(fitting, 1, kRowsPerInsert);
  insert_ = insert_of(rows_per_insert_);
  pending_.resize(rows_per_insert_ * columns_);
}

SqliteStatement SqliteBulkWriter::insert_of(std::size_t rows) {
  std::vector<std::string> marks(columns_, "?");
  std::string tuple = "(" + text::join(marks, ", ") + ")";
  std::vector<std::string> tuples(rows, tuple);
  return connection_.prepare(head_ + text::join(tuples, ", "), true);
}

std::span<Value> SqliteBulkWriter::row() {
  return std::span(pending_).subspan(pending_rows_ * columns_, columns_);
}

void SqliteBulkWriter::add() {
  if (++pending_rows_ == rows_per_insert_) write(insert_.get());
}

void SqliteBulkWriter::write(sqlite3_stmt* statement) {
  for (std::size_t at = 0; at < pending_rows_ * columns_; ++at) {
    connection_.bind(statement, static_cast<int>(at) + 1, pending_[at]);
  }
  written_ += connection_.run(statement);
  pending_rows_ = 0;
}

std::int64_t SqliteBulkWriter::finish() {
  if (pending_rows_ > 0) write(insert_of(pending_rows_).get());
  return written_;
}

}  // namespace manage::orm
