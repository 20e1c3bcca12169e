#include "cli/interrupt.hpp"

#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/unit/cli/toy_program.hpp"

using namespace manage::cli;

namespace {

/// What a child process that runs `body` ends with; -1 if a signal ends it.
template <class Body>
int exit_code_of(Body body) {
  pid_t child = ::fork();
  if (child == 0) {
    body();
    ::_exit(99);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

struct Terminal {
  Terminal() {
    REQUIRE(::openpty(&ours, &theirs, nullptr, nullptr, nullptr) == 0);
  }
  ~Terminal() {
    ::close(ours);
    ::close(theirs);
  }
  bool echoes() const {
    termios mode{};
    REQUIRE(::tcgetattr(theirs, &mode) == 0);
    return (mode.c_lflag & ECHO) != 0;
  }
  int ours = -1;
  int theirs = -1;
};

}  // namespace

TEST_CASE("the first Ctrl-C is noted, the second ends the process") {
  CHECK(exit_code_of([] {
          install_signal_handlers();
          std::raise(SIGINT);
          if (interruption() != SIGINT) ::_exit(98);
          std::raise(SIGINT);
        }) == 130);
  CHECK(exit_code_of([] {
          install_signal_handlers();
          std::raise(SIGTERM);
          std::raise(SIGTERM);
          ::_exit(interruption() == SIGTERM ? 0 : 98);
        }) == 0);
}

TEST_CASE("a signal that the parent ignores stays ignored") {
  CHECK(exit_code_of([] {
          std::signal(SIGINT, SIG_IGN);
          install_signal_handlers();
          std::raise(SIGINT);
          ::_exit(interruption() == 0 ? 0 : 98);
        }) == 0);
}

TEST_CASE("a password is not shown while it is typed") {
  Terminal terminal;
  DescriptorInput in(terminal.theirs);
  StringSink out, err;
  Surroundings surroundings{{}, "/", in, out, err};
  Globals globals;
  Progress progress(When::kNever, err);
  Prompt prompt(globals, surroundings, progress);
  REQUIRE(prompt.interactive());
  {
    HideTyping hidden(terminal.theirs);
    CHECK_FALSE(terminal.echoes());
  }
  CHECK(terminal.echoes());

  int code = exit_code_of([&] {
    // Typed a moment later, as somebody would.
    if (::fork() == 0) {
      ::usleep(200'000);
      bool hidden = !terminal.echoes();
      (void)!::write(terminal.ours, hidden ? "hidden\n" : "shown\n",
                     hidden ? 7 : 6);
      ::_exit(0);
    }
    ::_exit(prompt.password("Password:", "--stdin") == "hidden" ? 0 : 98);
  });
  CHECK(code == 0);
  CHECK(terminal.echoes());
}

TEST_CASE("Ctrl-C at a password prompt gives the terminal its echo back") {
  Terminal terminal;
  int code = exit_code_of([&] {
    install_signal_handlers();
    DescriptorInput in(terminal.theirs);
    HideTyping hidden(terminal.theirs);
    std::raise(SIGINT);
    std::raise(SIGINT);
  });
  CHECK(code == 130);
  CHECK(terminal.echoes());
}

TEST_CASE("waiting for an answer ends at Ctrl-C") {
  Terminal terminal;
  CHECK(exit_code_of([&] {
          install_signal_handlers();
          pid_t waiting = ::getpid();
          if (::fork() == 0) {
            ::usleep(200'000);
            ::kill(waiting, SIGINT);
            ::_exit(0);
          }
          try {
            DescriptorInput(terminal.theirs).read_line();
          } catch (const manage::Error& error) {
            ::_exit(static_cast<int>(error.exit_code()));
          }
        }) == 130);
}
