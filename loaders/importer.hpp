// Imports CSV files into the table of a model.
//
// One thread reads and converts, the calling thread looks up and writes; they
// hand over batches of rows, of which there are never more than a few, so that
// memory does not depend on the size of a file. Nothing is printed; the
// reporter hears of the progress, and is asked whether to stop.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/report.hpp"
#include "loaders/byte_source.hpp"
#include "loaders/import_options.hpp"
#include "loaders/import_report.hpp"
#include "orm/connection.hpp"
#include "orm/model_def.hpp"

namespace manage::loaders {

/// Where rows come from and go to; all outlive the import.
struct ImportJob {
  orm::Connection& connection;
  const orm::ModelSet& models;
  /// nullptr: the one model that the first file's header fits.
  const orm::ModelDef* model = nullptr;
  /// Not empty.
  std::vector<std::unique_ptr<ByteSource>> files;
};

/// Rows that are bad are in the report; what stops everything is an Error:
/// problems of headers and options (before anything is written), files that
/// cannot be read, the connection, and "interrupted" if the reporter says so.
/// What is not committed is rolled back then.
/// REQUIRES: the connection is not in a transaction.
ImportReport import_csv(ImportJob job, const ImportOptions& options,
                        Reporter& reporter);

}  // namespace manage::loaders
