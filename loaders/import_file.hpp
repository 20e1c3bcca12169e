// A CSV file that is imported: its header, then its records.
#pragma once

#include <memory>
#include <string>

#include "loaders/byte_source.hpp"
#include "loaders/csv_reader.hpp"
#include "loaders/import_plan.hpp"

namespace manage::loaders {

class ImportFile {
 public:
  /// Reads the header. Throws Error "import.no-header" for an empty file, the
  /// problem of a bad header record, and usage errors.
  ImportFile(std::unique_ptr<ByteSource> source, const ImportOptions& options);

  const std::string& name() const { return source_->name(); }
  std::optional<std::uint64_t> size() const { return source_->size(); }
  const FileHeader& header() const { return header_; }
  /// The header line as it stands in the file, without the columns of rejected
  /// rows; made of the column names where the file has none.
  const std::string& header_line() const { return header_line_; }
  std::string_view line_end() const { return line_end_; }

  /// The next record; nullptr at the end. It is valid until the next call.
  const CsvRecord* next();
  /// From another thread: a next() that waits for bytes ends.
  void stop() { source_->stop(); }
  /// Bytes read so far.
  std::uint64_t offset() const { return reader_.offset(); }

 private:
  void read_header();
  void name_columns(const std::vector<std::string>& columns, char delimiter);
  bool ends_with_reject_columns() const;

  std::unique_ptr<ByteSource> source_;
  CsvReader reader_;
  CsvRecord record_;
  bool pending_ = false;  ///< record_ is the first row, already read
  FileHeader header_;
  std::string header_line_;
  std::string_view line_end_ = "\n";
};

/// The bytes of a record without the columns that rejected rows have.
std::string_view record_without_reject_columns(const CsvRecord& record,
                                               const FileHeader& header);

/// The line end as a text that outlives its record.
std::string_view static_line_end(std::string_view line_end);

}  // namespace manage::loaders
