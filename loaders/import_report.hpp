// What an import did, as data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/data.hpp"

namespace manage::loaders {

/// Why one row was not imported: its first problem, and all of them as text.
struct Rejection {
  std::string file;
  std::uint64_t line = 0;  ///< where the record begins
  std::string column;      ///< the header, or empty for the whole row
  std::string code;        ///< "import.null", "csv.unterminated-quote", …
  std::string value;       ///< the offending text, shortened
  std::string reason;
};

/// One field of an existing row that gets another value.
struct Difference {
  std::string file;
  std::uint64_t line = 0;
  std::string key;  ///< "iata=GKA"
  std::string field;
  std::string before;
  std::string after;
};

enum class ImportOutcome {
  kDone,        ///< everything that was not skipped is in
  kRejected,    ///< some rows were rejected, the others are in
  kStopped,     ///< bad rows and on_error stop: nothing more was written
  kOverBudget,  ///< too many rejections
};

struct ImportReport {
  static constexpr std::size_t kMaxRejections = 100;
  static constexpr std::size_t kMaxDifferences = 20;

  std::string model;  ///< "shop.Book"
  std::string database;
  std::vector<std::string> files;
  bool dry_run = false;
  ImportOutcome outcome = ImportOutcome::kDone;

  std::uint64_t read = 0;  ///< records, without headers
  /// What is in the database now, or would be after a dry run: 0 when it was
  /// all rolled back.
  std::uint64_t created = 0;
  std::uint64_t updated = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t skipped = 0;
  std::uint64_t rejected = 0;
  std::string rejects_file;

  std::vector<Rejection> rejections;    ///< the first kMaxRejections, by line
  std::vector<Difference> differences;  ///< the first of a dry run

  /// The keys of `--format json`: model, database, files, dry_run, outcome
  /// (done, rejected, stopped, over-budget), read, created, updated, unchanged,
  /// skipped, rejected, rejects_file, rejections, differences.
  DataMap to_data() const;
};

}  // namespace manage::loaders
