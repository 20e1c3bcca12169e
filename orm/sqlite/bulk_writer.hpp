// Loads rows by prepared INSERTs of many rows each.
#pragma once

#include <string>
#include <vector>

#include "orm/connection.hpp"
#include "orm/sqlite/connection.hpp"

namespace manage::orm {

class SqliteBulkWriter final : public BulkWriter {
 public:
  /// REQUIRES: at least one column. `connection` outlives the writer.
  SqliteBulkWriter(SqliteConnection& connection, const std::string& table,
                   const std::vector<std::string>& columns);

  std::span<Value> row() override;
  void add() override;
  using BulkWriter::add;
  std::int64_t finish() override;

 private:
  SqliteStatement insert_of(std::size_t rows);
  void write(sqlite3_stmt* statement);

  SqliteConnection& connection_;
  std::string head_;  ///< INSERT INTO "t" ("a", "b") VALUES
  std::size_t columns_;
  std::size_t rows_per_insert_;
  SqliteStatement insert_;
  /// Values of the rows not yet written; its memory is used again and again.
  std::vector<Value> pending_;
  std::size_t pending_rows_ = 0;
  std::int64_t written_ = 0;
};

}  // namespace manage::orm
