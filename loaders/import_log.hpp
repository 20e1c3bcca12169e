// Keeps the report of an import and the file of rejected rows.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "loaders/import_options.hpp"
#include "loaders/import_report.hpp"
#include "loaders/reject_file.hpp"
#include "loaders/row_batch.hpp"

namespace manage::loaders {

class ImportLog {
 public:
  explicit ImportLog(const ImportOptions& options);

  ImportReport report;

  /// What follows is about this file. Throws a usage error if the rejected
  /// rows of files with different headers would end up in one file.
  void begin_file(const std::string& name, std::string_view header_line,
                  std::string_view line_end);
  /// Takes down the rows of the batch that are bad.
  void reject(const RowBatch& batch);
  void difference(Difference difference);
  /// Sorts the rejections and ends the file of rejected rows.
  void finish();

 private:
  const ImportOptions& options_;
  std::optional<RejectFile> rejects_;
  std::string header_;
  std::string file_;
};

}  // namespace manage::loaders
