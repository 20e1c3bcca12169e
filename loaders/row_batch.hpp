// Some rows of a file on their way to the database.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "orm/value.hpp"

namespace manage::loaders {

/// What is wrong with one cell, or with the row if `column` is empty.
struct RowProblem {
  std::string column;  ///< its header
  std::string code;
  std::string value;  ///< the offending text
  std::string reason;
};

enum class RowOutcome {
  kNone,  ///< not decided
  kCreated,
  kUpdated,
  kUnchanged,
  kSkipped,
  kDeferred,  ///< it refers to a row that may come later
};

struct BatchRow {
  std::uint64_t line = 0;
  std::size_t raw_begin = 0;  ///< in RowBatch::bytes
  std::size_t raw_size = 0;
  std::string_view line_end;  ///< "\n", "\r\n", "\r", ""; static
  /// Not empty: the row is bad.
  std::vector<RowProblem> problems;
  RowOutcome outcome = RowOutcome::kNone;

  bool bad() const { return !problems.empty(); }
};

struct RowBatch {
  std::size_t width = 0;           ///< values of a row
  std::vector<orm::Value> values;  ///< row after row
  std::vector<BatchRow> rows;
  std::string bytes;         ///< the records as they stand in the file, if kept
  std::uint64_t offset = 0;  ///< bytes of the file read so far

  std::span<orm::Value> row(std::size_t index) {
    return std::span(values).subspan(index * width, width);
  }
  std::span<const orm::Value> row(std::size_t index) const {
    return std::span(values).subspan(index * width, width);
  }
  std::string_view raw(std::size_t index) const {
    return std::string_view(bytes).substr(rows[index].raw_begin,
                                          rows[index].raw_size);
  }
  void clear() {
    values.clear();
    rows.clear();
    bytes.clear();
  }
};

}  // namespace manage::loaders
