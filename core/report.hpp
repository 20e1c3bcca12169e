// How an engine tells whoever watches what it is doing, and learns that it
// should stop. Engines print nothing; cli/progress draws the bar.
//
// Called by one thread at a time. update() is cheap enough to be called for
// every batch or file, not for every row.
#pragma once

#include <cstdint>
#include <string>

namespace manage {

/// One piece of long work.
struct Stage {
  std::string what;         ///< "Importing books.csv"
  std::uint64_t total = 0;  ///< in the steps of update(); 0: not known
  std::string unit;         ///< of the items counted: "rows", "files"
};

class Reporter {
 public:
  virtual ~Reporter() = default;

  /// A stage begins; an unfinished one before it is over.
  virtual void begin(const Stage& stage) = 0;
  /// `done` steps of the total (bytes read, statements run) and the items they
  /// gave (rows). Both count from the beginning of the stage.
  virtual void update(std::uint64_t done, std::uint64_t items) = 0;
  virtual void finish() = 0;
  /// Whether Ctrl-C or SIGTERM came: the engine throws or returns at its next
  /// safe point, and what is uncommitted is rolled back.
  virtual bool stop_requested() const = 0;
};

/// Hears nothing and never stops.
class SilentReporter : public Reporter {
 public:
  void begin(const Stage&) override {}
  void update(std::uint64_t, std::uint64_t) override {}
  void finish() override {}
  bool stop_requested() const override { return false; }
};

}  // namespace manage
