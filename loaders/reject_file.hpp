// The file of rejected rows: the header and the records as they stood in the
// imported file, byte for byte, each with four more columns: _line, _column,
// _code, _reason. Once the rows are corrected it can be imported like the
// original; the four columns are then ignored.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "loaders/csv_reader.hpp"
#include "loaders/import_report.hpp"

namespace manage::loaders {

class RejectFile {
 public:
  /// Makes the file, or empties it. Throws Error "file.unwritable", as do the
  /// others.
  RejectFile(const std::filesystem::path& path, std::string shown,
             const CsvDialect& dialect);

  /// The header line of the imported file.
  void write_header(std::string_view header, std::string_view line_end);
  void write(std::string_view record, std::string_view line_end,
             const Rejection& rejection);
  /// Everything is on its way to the disk.
  void finish();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  void write_line(std::string_view record, std::string_view line_end,
                  const std::string (&columns)[4]);
  std::string cell(std::string_view text) const;
  [[noreturn]] void fail() const;

  std::string shown_;
  CsvDialect dialect_;
  std::unique_ptr<std::FILE, Close> file_;
  std::string default_line_end_ = "\n";
};

}  // namespace manage::loaders
