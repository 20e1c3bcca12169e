#include "cli/progress.hpp"

#include <catch2/catch.hpp>

using namespace manage::cli;
using namespace std::chrono_literals;

namespace {

/// A bar on a sink of ours, in a time of ours.
struct Watch {
  explicit Watch(When when, bool terminal) : sink(terminal) {
    progress.emplace(when, sink, [this] { return now; });
  }

  /// What was drawn since the last call.
  std::string drawn() {
    std::string text = sink.text().substr(seen);
    seen = sink.text().size();
    return text;
  }

  StringSink sink;
  std::size_t seen = 0;
  Progress::Clock::time_point now{};
  std::optional<Progress> progress;
};

}  // namespace

TEST_CASE("the bar tells what, share, rate and time left") {
  Watch watch(When::kAuto, true);
  watch.progress->begin({"Importing books.csv", 1000, "rows"});
  watch.now += 2s;
  watch.progress->update(250, 3000);
  CHECK(watch.drawn() ==
        "\rImporting books.csv   25%  [#####               ]  1,500 rows/s"
        "  0:06 left\x1b[K");
  watch.now += 50ms;
  watch.progress->update(300, 3600);
  CHECK(watch.drawn().empty());
  watch.progress->finish();
  CHECK(watch.drawn() == "\r\x1b[K");
}

TEST_CASE("without a known total the items are counted") {
  Watch watch(When::kAuto, true);
  watch.progress->begin({"Reading", 0, "rows"});
  watch.now += 1s;
  watch.progress->update(0, 1234);
  CHECK(watch.drawn() == "\rReading  1,234 rows  1,234 rows/s\x1b[K");
}

TEST_CASE("work that is over soon shows no bar") {
  Watch watch(When::kAuto, true);
  watch.progress->begin({"Quick", 10, "files"});
  watch.now += 100ms;
  watch.progress->update(5, 5);
  watch.progress->finish();
  CHECK(watch.drawn().empty());
}

TEST_CASE("the line goes before other output and comes back") {
  Watch watch(When::kAuto, true);
  watch.progress->begin({"Work", 0, "files"});
  watch.now += 1s;
  watch.progress->update(0, 1);
  watch.drawn();
  watch.progress->hide();
  watch.progress->hide();
  CHECK(watch.drawn() == "\r\x1b[K");
  watch.now += 1s;
  watch.progress->update(0, 2);
  CHECK(watch.drawn() == "\rWork  2 files  1 files/s\x1b[K");
}

TEST_CASE("without a terminal there is a bar only if asked for, in lines") {
  Watch silent(When::kAuto, false);
  silent.progress->begin({"Work", 4, "files"});
  silent.now += 1s;
  silent.progress->update(1, 1);
  CHECK(silent.drawn().empty());

  Watch always(When::kAlways, false);
  always.progress->begin({"Work", 4, "files"});
  always.now += 2s;
  always.progress->update(2, 2);
  CHECK(always.drawn() ==
        "Work   50%  [##########          ]  1 files/s  0:02 left\n");
  always.now += 1s;
  always.progress->update(3, 3);
  CHECK(always.drawn().empty());

  Watch never(When::kNever, true);
  never.progress->begin({"Work", 4, "files"});
  never.now += 1s;
  never.progress->update(1, 1);
  CHECK(never.drawn().empty());
}

TEST_CASE("a line never wraps") {
  Watch watch(When::kAuto, true);
  watch.progress->begin({std::string(200, 'x'), 0, "rows"});
  watch.now += 1s;
  watch.progress->update(0, 1);
  CHECK(watch.drawn() == "\r" + std::string(79, 'x') + "\x1b[K");
}
