// Loads rows by COPY: binary where every column's type is known here, text
// otherwise.
//
//   binary := header row* trailer
//   header := "PGCOPY\n\377\r\n\0" flags:int32 extension:int32
//   row    := columns:int16 field*
//   field  := length:int32 bytes, or -1:int32 for NULL
//   trailer := -1:int16                       (integers in network order)
#pragma once

#include <string>
#include <vector>

#include "orm/connection.hpp"
#include "orm/postgresql/connection.hpp"
#include "orm/postgresql/copy_format.hpp"

namespace manage::orm {

class PostgresqlBulkWriter final : public BulkWriter {
 public:
  /// Reads the columns' types; COPY begins with the first row. `connection`
  /// outlives the writer.
  PostgresqlBulkWriter(PostgresqlConnection& connection, std::string table,
                       std::vector<std::string> columns);
  ~PostgresqlBulkWriter() override;

  std::span<Value> row() override { return row_; }
  void add() override;
  using BulkWriter::add;
  std::int64_t finish() override;

 private:
  enum class State { kIdle, kCopying, kDone };

  void start();
  void send();
  /// Ends COPY, abandoning it if `problem` is not null, and gives its result.
  PostgresqlResult end_copy(const char* problem);

  PostgresqlConnection& connection_;
  std::string table_;
  std::vector<std::string> columns_;
  std::vector<AppendBinary> forms_;  ///< by column
  bool binary_;
  State state_ = State::kIdle;
  std::vector<Value> row_;  ///< used again and again
  std::string buffer_;
};

}  // namespace manage::orm
