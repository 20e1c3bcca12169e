#include "orm/postgresql/bulk_writer.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>

#include "core/text.hpp"
#include "orm/dialect.hpp"

namespace manage::orm {

namespace {

constexpr std::size_t kPiece = 256 * 1024;
constexpr std::string_view kHeader("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);

/// How each column is written in binary, a domain as the type it is made of.
std::vector<AppendBinary> binary_forms(
    PostgresqlConnection& connection, const std::string& table,
    const std::vector<std::string>& columns) {
  std::vector<Value> parameters{connection.dialect().quote_name(table)};
  Result found = connection.query(
      "SELECT a.attname::text, CASE t.typtype WHEN 'd' THEN t.typbasetype "
      "ELSE t.oid END FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid "
      "WHERE a.attrelid = $1::regclass AND a.attnum > 0 "
      "AND NOT a.attisdropped",
      parameters);
  std::vector<AppendBinary> forms;
  for (const std::string& column : columns) {
    auto row =
        std::find_if(found.rows.begin(), found.rows.end(), [&](const Row& row) {
          return std::get<std::string>(row[0]) == column;
        });
    if (row == found.rows.end()) {
      throw DatabaseError(
          "database.error",
          fmt::format("the table {} has no column {}", table, column));
    }
    forms.push_back(
        binary_form(static_cast<unsigned>(std::get<std::int64_t>((*row)[1]))));
  }
  return forms;
}

}  // namespace

PostgresqlBulkWriter::PostgresqlBulkWriter(PostgresqlConnection& connection,
                                           std::string table,
                                           std::vector<std::string> columns)
    : connection_(connection),
      table_(std::move(table)),
      columns_(std::move(columns)),
      forms_(binary_forms(connection_, table_, columns_)),
      binary_(std::find(forms_.begin(), forms_.end(), nullptr) == forms_.end()),
      row_(columns_.size()) {}

PostgresqlBulkWriter::~PostgresqlBulkWriter() {
  if (state_ == State::kCopying) end_copy("abandoned");
}

void PostgresqlBulkWriter::start() {
  const Dialect& dialect = connection_.dialect();
  std::vector<std::string> quoted;
  for (const std::string& column : columns_) {
    quoted.push_back(dialect.quote_name(column));
  }
  std::string sql =
      fmt::format("COPY {} ({}) FROM STDIN{}", dialect.quote_name(table_),
                  text::join(quoted, ", "), binary_ ? " (FORMAT binary)" : "");
  connection_.flush();
  PostgresqlResult result(PQexec(connection_.handle(), sql.c_str()));
  if (PQresultStatus(result.get()) != PGRES_COPY_IN) {
    connection_.fail(result.get());
  }
  state_ = State::kCopying;
  buffer_.reserve(kPiece + kPiece / 8);
  if (binary_) buffer_ = kHeader;
}

void PostgresqlBulkWriter::add() {
  if (state_ == State::kIdle) start();
  if (binary_) append_int16(buffer_, static_cast<std::int16_t>(row_.size()));
  for (std::size_t at = 0; at < row_.size(); ++at) {
    if (!binary_) {
      if (at > 0) buffer_ += '\t';
      append_text(buffer_, row_[at]);
    } else if (is_null(row_[at])) {
      append_int32(buffer_, -1);
    } else if (!forms_[at](buffer_, row_[at])) {
      throw DatabaseError("database.value",
                          fmt::format("{} does not fit the type of {}.{}",
                                      display(row_[at]), table_, columns_[at]));
    }
  }
  if (!binary_) buffer_ += '\n';
  if (buffer_.size() >= kPiece) send();
}

void PostgresqlBulkWriter::send() {
  int sent = PQputCopyData(connection_.handle(), buffer_.data(),
                           static_cast<int>(buffer_.size()));
  buffer_.clear();
  if (sent == 1) return;
  // The server has already refused a row, or is gone; the result says which.
  PostgresqlResult result = end_copy(nullptr);
  connection_.fail(result.get());
}

PostgresqlResult PostgresqlBulkWriter::end_copy(const char* problem) {
  state_ = State::kDone;
  PGconn* handle = connection_.handle();
  PQputCopyEnd(handle, problem);
  PostgresqlResult first(PQgetResult(handle));
  while (PGresult* rest = PQgetResult(handle)) PQclear(rest);
  return first;
}

std::int64_t PostgresqlBulkWriter::finish() {
  if (state_ != State::kCopying) return 0;
  if (binary_) append_int16(buffer_, -1);
  if (!buffer_.empty()) send();
  PostgresqlResult result = end_copy(nullptr);
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
    connection_.fail(result.get());
  }
  return std::stoll(PQcmdTuples(result.get()));
}

}  // namespace manage::orm
