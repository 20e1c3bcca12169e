#include "loaders/reject_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "core/error.hpp"
#include "core/text.hpp"
#include "loaders/import_plan.hpp"

namespace manage::loaders {

RejectFile::RejectFile(const std::filesystem::path& path, std::string shown,
                       const CsvDialect& dialect)
    : shown_(std::move(shown)),
      dialect_(dialect),
      file_(std::fopen(path.c_str(), "wbe")) {
  if (!file_) fail();
}

void RejectFile::fail() const {
  throw Error("file.unwritable",
              fmt::format("cannot write {}: {}", shown_, std::strerror(errno)));
}

void RejectFile::write_header(std::string_view header,
                              std::string_view line_end) {
  default_line_end_ = line_end;
  write_line(header, line_end,
             {std::string(kRejectColumns[0]), std::string(kRejectColumns[1]),
              std::string(kRejectColumns[2]), std::string(kRejectColumns[3])});
}

void RejectFile::write(std::string_view record, std::string_view line_end,
                       const Rejection& rejection) {
  write_line(record, line_end.empty() ? default_line_end_ : line_end,
             {std::to_string(rejection.line), cell(rejection.column),
              cell(rejection.code), cell(rejection.reason)});
}

void RejectFile::write_line(std::string_view record, std::string_view line_end,
                            const std::string (&columns)[4]) {
  std::string line(record);
  for (const std::string& column : columns) {
    line += dialect_.delimiter;
    line += column;
  }
  line += line_end;
  if (std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size()) {
    fail();
  }
}

void RejectFile::finish() {
  if (std::fflush(file_.get()) != 0) fail();
}

/// The text as a field of the file's dialect.
std::string RejectFile::cell(std::string_view text) const {
  std::string special{dialect_.delimiter, '\n', '\r'};
  if (dialect_.quote) special += *dialect_.quote;
  if (dialect_.escape) special += *dialect_.escape;
  if (text.find_first_of(special) == std::string_view::npos) {
    return std::string(text);
  }
  std::string out;
  if (dialect_.quote) out += *dialect_.quote;
  for (char c : text) {
    if (c == dialect_.quote) {
      out += c;
    } else if (c == dialect_.escape) {
      out += c;
    } else if (!dialect_.quote && special.find(c) != std::string::npos) {
      c = ' ';  // without quotes there is no way to write it
    }
    out += c;
  }
  if (dialect_.quote) out += *dialect_.quote;
  return out;
}

}  // namespace manage::loaders
