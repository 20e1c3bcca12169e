#include "cli/progress.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/interrupt.hpp"
#include "cli/style.hpp"
#include "core/text.hpp"

namespace manage::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto kTerminalInterval = 100ms;
constexpr auto kLogInterval = 5s;
/// Work that is over sooner shows no bar.
constexpr auto kFirstDraw = 300ms;
constexpr std::size_t kBarWidth = 20;

std::string clock_text(double seconds) {
  auto whole = static_cast<std::uint64_t>(std::min(seconds, 359999.0));
  if (whole >= 3600) {
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60,
                       whole % 60);
  }
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace

Progress::Progress(When when, Sink& sink,
                   std::function<Clock::time_point()> clock)
    : sink_(sink),
      clock_(std::move(clock)),
      shown_at_all_(when == When::kAlways ||
                    (when == When::kAuto && sink.is_terminal())) {}

void Progress::begin(const Stage& stage) {
  hide();
  stage_ = stage;
  done_ = items_ = 0;
  if (!shown_at_all_) return;
  started_ = clock_();
  next_draw_ = started_ + kFirstDraw;
}

void Progress::update(std::uint64_t done, std::uint64_t items) {
  done_ = done;
  items_ = items;
  if (!shown_at_all_) return;
  Clock::time_point now = clock_();
  if (now >= next_draw_) draw(now);
}

void Progress::finish() { hide(); }

bool Progress::stop_requested() const { return interruption() != 0; }

void Progress::hide() {
  if (!visible_) return;
  sink_.write("\r\x1b[K");
  sink_.flush();
  visible_ = false;
}

std::string Progress::text(Clock::time_point now) const {
  double seconds = std::chrono::duration<double>(now - started_).count();
  std::string line = safe(stage_.what);
  double share = 0;
  if (stage_.total > 0) {
    share = std::min(
        1.0, static_cast<double>(done_) / static_cast<double>(stage_.total));
    auto filled = static_cast<std::size_t>(share * kBarWidth);
    line +=
        fmt::format("  {:3.0f}%  [{}{}]", share * 100, std::string(filled, '#'),
                    std::string(kBarWidth - filled, ' '));
  } else {
    line += fmt::format("  {} {}", text::thousands(items_), stage_.unit);
  }
  if (seconds > 0 && items_ > 0) {
    auto rate =
        static_cast<std::uint64_t>(static_cast<double>(items_) / seconds);
    line += fmt::format("  {} {}/s", text::thousands(rate), stage_.unit);
  }
  if (share > 0) {
    line += fmt::format("  {} left", clock_text(seconds * (1 - share) / share));
  }
  return line;
}

void Progress::draw(Clock::time_point now) {
  std::string line = text(now);
  if (sink_.is_terminal()) {
    auto room = static_cast<std::size_t>(std::max(20, sink_.width() - 1));
    sink_.write(fmt::format("\r{}\x1b[K", text::prefix(line, room)));
    visible_ = true;
    next_draw_ = now + kTerminalInterval;
  } else {
    sink_.write(line + "\n");
    next_draw_ = now + kLogInterval;
  }
  sink_.flush();
}

}  // namespace manage::cli
