#include "commands/shell_output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/text.hpp"

namespace manage::commands {

namespace {

/// The widest that a value is shown in a table.
constexpr std::size_t kWidest = 40;

cli::Span cell(const std::string& text) {
  std::string line = text::replace_all(text, "\n", " ");
  if (text::length(line) > kWidest) {
    line = std::string(text::prefix(line, kWidest - 1)) + "…";
  }
  return {line};
}

/// "-[ row 1 ]----", as long as the names and a little of the values.
std::string headline(std::size_t row, std::size_t names) {
  std::string line = fmt::format("-[ row {} ]", row);
  line.resize(std::max(line.size(), names + 12), '-');
  return line;
}

}  // namespace

/// A file that is written to its end, or until it takes no more.
class ShellOutput::File {
 public:
  File(const std::filesystem::path& path, std::string shown)
      : shown_(std::move(shown)),
        descriptor_(::open(path.c_str(),
                           O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)),
        sink_(descriptor_) {
    if (descriptor_ < 0) throw failed(errno);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    sink_.flush();
    ::close(descriptor_);
  }

  void write(std::string_view text) { sink_.write(text); }
  void flush() {
    sink_.flush();
    if (sink_.error() != 0) throw failed(sink_.error());
  }

 private:
  Error failed(int problem) const {
    return Error("file.unwritable", fmt::format("cannot write {}: {}", shown_,
                                                std::strerror(problem)))
        .hint("results go to standard output again");
  }

  std::string shown_;
  int descriptor_;
  cli::DescriptorSink sink_;
};

ShellOutput::ShellOutput(cli::Context& context) : context_(context) {}
ShellOutput::~ShellOutput() = default;

void ShellOutput::into(const std::filesystem::path& path,
                       const std::string& shown) {
  end_file();
  file_ = std::make_unique<File>(path, shown);
}

void ShellOutput::end_file() {
  flush();
  file_.reset();
}

void ShellOutput::flush() {
  if (!file_) return;
  try {
    file_->flush();
  } catch (const Error&) {
    file_.reset();
    throw;
  }
}

void ShellOutput::print(std::string_view text) {
  if (file_) {
    file_->write(text);
  } else {
    context_.out().raw(text);
  }
}

void ShellOutput::line(std::string_view text) {
  if (file_) {
    file_->write(std::string(text) + "\n");
  } else {
    context_.out().line(text);
  }
}

void ShellOutput::table(const cli::Table& table) {
  if (file_) {
    file_->write(table.text(false));
  } else {
    context_.out().table(table);
  }
}

void ShellOutput::show(const scripting::Shown& shown) {
  if (const auto* text = std::get_if<std::string>(&shown)) return line(*text);
  const auto& grid = std::get<scripting::Grid>(shown);
  if (grid.rows.empty()) return line("no rows");
  if (expanded) {
    show_expanded(grid);
  } else {
    show_table(grid);
  }
  if (grid.more) {
    line(fmt::format("… the first {} rows", scripting::Session::kRows));
  }
}

void ShellOutput::show_table(const scripting::Grid& grid) {
  cli::Table rows({grid.columns.begin(), grid.columns.end()});
  for (const std::vector<std::string>& row : grid.rows) {
    std::vector<cli::Span> cells;
    for (const std::string& value : row) cells.push_back(cell(value));
    rows.add(std::move(cells));
  }
  table(rows);
}

/// Values are whole here, and their lines stand below each other.
void ShellOutput::show_expanded(const scripting::Grid& grid) {
  std::size_t width = 0;
  for (const std::string& column : grid.columns) {
    width = std::max(width, text::length(column));
  }
  const std::string next = "\n" + std::string(width, ' ') + " | ";
  for (std::size_t row = 0; row < grid.rows.size(); ++row) {
    line(headline(row + 1, width));
    for (std::size_t at = 0; at < grid.columns.size(); ++at) {
      line(cli::padded(grid.columns[at], width) + " | " +
           text::replace_all(grid.rows[row][at], "\n", next));
    }
  }
}

}  // namespace manage::commands
