#include "loaders/byte_source.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <string>
#include <thread>

#include "core/error.hpp"

using namespace manage;
using namespace manage::loaders;

namespace {

/// A pipe that nobody writes to until asked.
class IdlePipe {
 public:
  IdlePipe() { REQUIRE(::pipe(ends_.data()) == 0); }
  IdlePipe(const IdlePipe&) = delete;
  IdlePipe& operator=(const IdlePipe&) = delete;
  ~IdlePipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  int out() const { return ends_[0]; }
  void write(const std::string& text) {
    REQUIRE(::write(ends_[1], text.data(), text.size()) ==
            static_cast<ssize_t>(text.size()));
  }

 private:
  std::array<int, 2> ends_{};
};

std::string read_some(ByteSource& source) {
  std::string buffer(64, '\0');
  buffer.resize(source.read(buffer.data(), buffer.size()));
  return buffer;
}

}  // namespace

TEST_CASE("a read that waits on an idle pipe ends when it is stopped") {
  IdlePipe pipe;
  auto source = descriptor_bytes(pipe.out(), "standard input");
  pipe.write("a,b\n");
  CHECK(read_some(*source) == "a,b\n");
  std::thread stopper([&] { source->stop(); });
  CHECK(read_some(*source).empty());
  stopper.join();
  pipe.write("1,2\n");
  CHECK(read_some(*source).empty());
}

TEST_CASE("a read that waits on an idle pipe throws once it is asked to end") {
  IdlePipe pipe;
  auto source = descriptor_bytes(pipe.out(), "standard input");
  std::atomic<bool> interrupted = false;
  source->stop_when([&] { return interrupted.load(); });
  pipe.write("a,b\n");
  CHECK(read_some(*source) == "a,b\n");
  std::thread signal([&] { interrupted = true; });
  try {
    read_some(*source);
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.code() == "interrupted");
    CHECK(error.exit_code() == ExitCode::kInterrupted);
  }
  signal.join();
}
