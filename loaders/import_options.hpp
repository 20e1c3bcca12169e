// What an import is asked to do.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/datetime.hpp"
#include "core/time_zone.hpp"
#include "loaders/csv_reader.hpp"

namespace manage::loaders {

/// What happens to the whole import when a row is bad.
enum class OnError {
  kStop,  ///< all bad rows are found, nothing is written
  kSkip,  ///< good rows are kept
};

/// What happens to a row whose unique key exists in the database.
enum class OnConflict {
  kError,   ///< it is rejected
  kSkip,    ///< it is counted and left out
  kUpdate,  ///< the existing row takes its values (found by the key)
};

enum class TransactionMode {
  kAll,    ///< one transaction
  kBatch,  ///< one for each batch
};

/// How many rows may be rejected before the import is given up: a number, or a
/// share of the rows read.
struct ErrorBudget {
  std::optional<std::uint64_t> rows;
  std::optional<double> percent;
};

struct ImportOptions {
  CsvDialect dialect;
  /// "Header=field" pairs: these headers are for these fields.
  std::vector<std::pair<std::string, std::string>> map;
  /// Without a header line: the field of each column, "_" to ignore it.
  bool has_header = true;
  std::vector<std::string> columns;
  /// Headers that name no field are ignored instead of refused.
  bool ignore_extra = false;
  /// Fields that get the same value in every row.
  std::vector<std::pair<std::string, std::string>> set_values;
  /// Unquoted texts that mean NULL, beside the empty one.
  std::vector<std::string> null_tokens;

  OnConflict on_conflict = OnConflict::kError;
  /// The fields existing rows are found by; empty: the natural key, else the
  /// one unique field in the file.
  std::vector<std::string> key;

  OnError on_error = OnError::kStop;
  ErrorBudget budget;
  /// Where rejected rows go, with the reasons; empty: nowhere.
  std::string rejects;
  std::filesystem::path rejects_path;  ///< of `rejects`, absolute

  TransactionMode transaction = TransactionMode::kAll;
  /// Everything but the commit.
  bool dry_run = false;
  std::size_t batch_size = 5000;  ///< rows

  DateTime now;        ///< for auto_now, auto_now_add and {call: now}
  TimeZone time_zone;  ///< of dates and times without an offset
};

}  // namespace manage::loaders
