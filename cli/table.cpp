#include "cli/table.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace manage::cli {

std::string Table::text(bool color) const {
  std::vector<Span> titles;
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) {
    titles.emplace_back(column.title, Style::kStrong);
    widths.push_back(text::length(column.title));
  }
  for (const std::vector<Span>& row : rows_) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], text::length(safe(row[i].text)));
    }
  }
  std::string out;
  auto add_line = [&](const std::vector<Span>& row) {
    std::string line;
    std::size_t blanks = 0;  // owed before the next cell
    for (std::size_t i = 0; i < widths.size(); ++i) {
      std::string cell = safe(row[i].text);
      std::size_t room = widths[i] - text::length(cell);
      bool right = columns_[i].align == Align::kRight;
      if (!cell.empty()) {
        line.append(blanks + (right ? room : 0), ' ');
        line += paint(cell, row[i].style, color);
        blanks = right ? 0 : room;
      } else {
        blanks += room;
      }
      blanks += 2;
    }
    out += line + "\n";
  };
  add_line(titles);
  for (const std::vector<Span>& row : rows_) add_line(row);
  return out;
}

}  // namespace manage::cli
