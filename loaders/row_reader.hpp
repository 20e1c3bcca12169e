// Turns the records of a file into typed rows, by a plan. What is wrong with a
// row is kept with the row.
//
// Used by one thread, which need not be the one that writes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "loaders/import_file.hpp"
#include "loaders/import_plan.hpp"
#include "loaders/row_batch.hpp"
#include "orm/convert.hpp"
#include "orm/dialect.hpp"

namespace manage::loaders {

class RowReader {
 public:
  struct Options {
    std::vector<std::string> null_tokens;
    TimeZone time_zone;
    bool keep_raw = false;  ///< the bytes of every record are wanted
  };

  /// All outlive this.
  RowReader(const orm::ModelSet& models, const ImportPlan& plan,
            const FileHeader& header, const orm::Dialect& dialect,
            Options options);

  /// Appends the row that the record means.
  void add(const CsvRecord& record, RowBatch& batch) const;

 private:
  void read_cell(const CsvField& cell, std::size_t index, orm::Value& value,
                 BatchRow& row) const;
  void fill(const Fill& fill, const CsvField& cell, std::size_t index,
            orm::Value& value, BatchRow& row) const;
  std::size_t fields_of(const CsvRecord& record) const;
  bool means_null(const CsvField& cell) const;

  const ImportPlan& plan_;
  const FileHeader& header_;
  const orm::Dialect& dialect_;
  Options options_;
  std::size_t record_width_;
  std::vector<orm::FieldConverter>
      converters_;  ///< as many as the plan has fields
  std::vector<bool> holds_text_;
};

}  // namespace manage::loaders
