// The progress bar: one line on standard error, drawn over and over.
//
//     Importing books.csv   42%  [########            ]  120,000 rows/s  0:12
//
// Without a terminal and with --progress always it is a line every few seconds.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "cli/globals.hpp"
#include "cli/streams.hpp"
#include "core/report.hpp"

namespace manage::cli {

class Progress : public Reporter {
 public:
  using Clock = std::chrono::steady_clock;

  /// `sink` outlives it. `clock` says what time it is; tests have their own.
  Progress(When when, Sink& sink,
           std::function<Clock::time_point()> clock = Clock::now);
  ~Progress() override { hide(); }

  void begin(const Stage& stage) override;
  void update(std::uint64_t done, std::uint64_t items) override;
  void finish() override;
  bool stop_requested() const override;

  /// Takes the line away before something else is written; the next update
  /// draws it again.
  void hide();

 private:
  std::string text(Clock::time_point now) const;
  void draw(Clock::time_point now);

  Sink& sink_;
  std::function<Clock::time_point()> clock_;
  bool shown_at_all_;
  bool visible_ = false;
  Stage stage_;
  std::uint64_t done_ = 0;
  std::uint64_t items_ = 0;
  Clock::time_point started_;
  Clock::time_point next_draw_;
};

}  // namespace manage::cli
