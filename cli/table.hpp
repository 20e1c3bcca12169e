// A table of text in aligned columns.
#pragma once

#include <string>
#include <vector>

#include "cli/style.hpp"

namespace manage::cli {

class Table {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    Column(std::string title, Align align = Align::kLeft)
        : title(std::move(title)), align(align) {}
    Column(const char* title, Align align = Align::kLeft)
        : title(title), align(align) {}

    std::string title;
    Align align;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// REQUIRES: one cell for each column.
  void add(std::vector<Span> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }

  /// A line of titles and one for each row, two spaces between columns, no
  /// spaces at the ends of lines.
  std::string text(bool color) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<Span>> rows_;
};

}  // namespace manage::cli
