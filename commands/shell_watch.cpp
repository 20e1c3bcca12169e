#include "commands/shell_watch.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <charconv>
#include <csignal>
#include <ctime>

#include "commands/shell_entries.hpp"

namespace manage::commands {

namespace {

double seconds_of(const std::string& argument) {
  if (argument.empty()) return 2;
  constexpr double kLeast = 0.1, kMost = 24 * 60 * 60;
  double seconds = 0;
  const char* end = argument.data() + argument.size();
  const auto [stop, problem] = std::from_chars(argument.data(), end, seconds);
  if (problem != std::errc() || stop != end ||
      !(seconds >= kLeast && seconds <= kMost)) {
    throw Error("shell.argument",
                fmt::format("\\watch takes seconds, from {} to {}, not {}",
                            kLeast, kMost, argument));
  }
  return seconds;
}

/// Throws as soon as a signal comes; one that came just before is seen too.
void sleep(cli::Context& context, double seconds) {
  sigset_t stopping, before;
  sigemptyset(&stopping);
  sigaddset(&stopping, SIGINT);
  sigaddset(&stopping, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stopping, &before);
  const auto whole = static_cast<std::time_t>(seconds);
  const timespec time{
      whole, static_cast<long>((seconds - static_cast<double>(whole)) * 1e9)};
  if (cli::interruption() == 0) ::ppoll(nullptr, 0, &time, &before);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  context.check_interrupted();
}

}  // namespace

void watch_entry(ShellEntries& shell, const std::string& argument) {
  const double seconds = seconds_of(argument);
  const std::string entry = shell.last();
  if (entry.empty()) {
    throw Error("shell.argument", "there is no entry yet that \\watch can run");
  }
  cli::Context& context = shell.context();
  // Ctrl-C is the end of it, and no failure.
  shell.attempt([&] {
    while (shell.take(entry) == ShellEntries::Took::kRan && !shell.ended) {
      context.out().flush();
      sleep(context, seconds);
    }
  });
}

}  // namespace manage::commands
