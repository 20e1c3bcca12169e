#include "commands/child_process.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cstring>

#include "cli/interrupt.hpp"
#include "core/error.hpp"

namespace manage::commands {

namespace {

Error failed(std::string_view what, int problem) {
  return Error("command.program",
               fmt::format("{}: {}", what, std::strerror(problem)));
}

/// While it lives, signals wait until they are fetched, so that none comes
/// unseen between two looks.
class HeldSignals {
 public:
  HeldSignals() {
    sigemptyset(&held_);
    for (const int one : {SIGINT, SIGTERM, SIGQUIT, SIGCHLD}) {
      sigaddset(&held_, one);
    }
    pthread_sigmask(SIG_BLOCK, &held_, &before_);
    // Whoever started us may have had no interest in children.
    struct sigaction usual {};
    usual.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &usual, &of_children_);
  }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals() {
    sigaction(SIGCHLD, &of_children_, nullptr);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

  const sigset_t& before() const { return before_; }
  siginfo_t next() const {
    siginfo_t found{};
    while (sigwaitinfo(&held_, &found) < 0) {
    }
    return found;
  }

 private:
  sigset_t held_{};
  sigset_t before_{};
  struct sigaction of_children_ {};
};

class Attributes {
 public:
  explicit Attributes(const sigset_t& mask) {
    posix_spawnattr_init(&made_);
    // What we ignore it shall not.
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigdefault(&made_, &defaults);
    posix_spawnattr_setsigmask(&made_, &mask);
    posix_spawnattr_setflags(&made_,
                             POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { posix_spawnattr_destroy(&made_); }
  const posix_spawnattr_t* get() const { return &made_; }

 private:
  posix_spawnattr_t made_{};
};

class Actions {
 public:
  explicit Actions(const std::optional<Program::Handed>& handed) {
    posix_spawn_file_actions_init(&made_);
    if (!handed) return;
    posix_spawn_file_actions_adddup2(&made_, handed->descriptor, handed->as);
  }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  ~Actions() { posix_spawn_file_actions_destroy(&made_); }
  const posix_spawn_file_actions_t* get() const { return &made_; }

 private:
  posix_spawn_file_actions_t made_{};
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

pid_t start(const Program& program, const sigset_t& mask) {
  std::vector<std::string> arguments = program.arguments;
  std::vector<std::string> environment;
  for (const auto& [key, value] : program.environment) {
    environment.push_back(key + "=" + value);
  }
  pid_t child = 0;
  const int problem =
      posix_spawn(&child, program.path.c_str(), Actions(program.handed).get(),
                  Attributes(mask).get(), pointers(arguments).data(),
                  pointers(environment).data());
  if (problem == ENOEXEC) {
    throw failed("cannot run " + program.path, problem)
        .hint("its first line says what runs it: #!/usr/bin/env python3");
  }
  if (problem != 0) throw failed("cannot run " + program.path, problem);
  return child;
}

/// Those of the terminal the program has got itself. Of others nobody can tell
/// whether they went to both: twice is better than not at all.
bool is_of_terminal(const siginfo_t& signal) {
  return signal.si_code == SI_KERNEL;
}

}  // namespace

int ProgramEnd::exit_code() const {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

ProgramEnd run_program(const Program& program) {
  const HeldSignals signals;
  cli::throw_if_interrupted();
  const pid_t child = start(program, signals.before());
  ProgramEnd end;
  for (;;) {
    const pid_t ended = waitpid(child, &end.status, WNOHANG);
    if (ended == child) return end;
    if (ended < 0) throw failed("cannot wait for " + program.path, errno);
    const siginfo_t signal = signals.next();
    if (signal.si_signo == SIGCHLD) continue;
    end.signal = signal.si_signo;
    if (!is_of_terminal(signal)) kill(child, signal.si_signo);
  }
}

}  // namespace manage::commands
