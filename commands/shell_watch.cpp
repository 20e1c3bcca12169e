#include "commands/shell_watch.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <ctime>

#include "commands/shell_entries.hpp"
#include "core/time_zone.hpp"

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

/// "2026-11-27 09:04:35, every 2 s", as clocks of the project show it.
std::string heading(cli::Context& context, double seconds) {
  const auto zone = TimeZone::find(context.settings().time_zone);
  DateTime now{std::chrono::duration_cast<std::chrono::microseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
                   .count()};
  if (zone) now = zone->local(now);
  return fmt::format("{}, every {} s", now.text().substr(0, 19), seconds);
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
    for (;;) {
      shell.output().line(heading(context, seconds));
      const auto took = shell.take(entry);
      if (took != ShellEntries::Took::kRan || shell.ended) break;
      context.out().flush();
      sleep(context, seconds);
    }
  });
}

}  // namespace manage::commands
