#include "cli/streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>

#include "tests/unit/cli/toy_program.hpp"

using namespace manage::cli;

namespace {

struct Pipe {
  Pipe() { REQUIRE(::pipe(ends) == 0); }
  ~Pipe() {
    close_reader();
    ::close(ends[1]);
  }
  void close_reader() {
    if (ends[0] >= 0) ::close(ends[0]);
    ends[0] = -1;
  }
  int ends[2];
};

/// Runs `echo shop` with its standard output on that descriptor.
toy::Outcome echo_to(int descriptor) {
  StringInput in("");
  DescriptorSink out(descriptor);
  StringSink err;
  manage::ExitCode code =
      run(toy::program(), {"echo", "shop"}, {{}, "/", in, out, err});
  return {static_cast<int>(code), "", err.text()};
}

}  // namespace

TEST_CASE("lines are read without their endings") {
  StringInput in("one\r\n\ntwo\nlast");
  CHECK(in.read_line() == "one");
  CHECK(in.read_line() == "");
  CHECK(in.read_line() == "two");
  CHECK(in.read_line() == "last");
  CHECK(in.read_line() == std::nullopt);
}

TEST_CASE("what is written to a descriptor can be read from one") {
  Pipe pipe;
  DescriptorSink sink(pipe.ends[1]);
  sink.write("one\ntwo");
  sink.flush();
  CHECK(sink.error() == 0);
  CHECK_FALSE(sink.is_terminal());
  CHECK(sink.width() == 80);
  DescriptorInput in(pipe.ends[0]);
  CHECK(in.read_line() == "one");
  CHECK_FALSE(in.is_terminal());
}

TEST_CASE("a reader that went away is nobody's loss") {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  pipe.close_reader();
  toy::Outcome outcome = echo_to(pipe.ends[1]);
  CHECK(outcome.code == 0);
  CHECK(outcome.err.empty());
}

TEST_CASE("a full disk makes a success a failure") {
  int full = ::open("/dev/full", O_WRONLY);
  REQUIRE(full >= 0);
  toy::Outcome outcome = echo_to(full);
  ::close(full);
  CHECK(outcome.code == 1);
  CHECK(outcome.err ==
        "error: cannot write standard output: No space left on device\n");
}

TEST_CASE("an unreadable standard input is an error") {
  DescriptorInput in(-1);
  CHECK_THROWS_WITH(in.read_line(),
                    "cannot read standard input: Bad file descriptor");
}
