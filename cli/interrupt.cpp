#include "cli/interrupt.hpp"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <thread>

#include "orm/connection.hpp"

namespace manage::cli {

namespace {

std::atomic<int> requested{0};
/// Handlers at work, possibly in another thread: a connection must outlive
/// them.
std::atomic<int> handlers{0};
/// Connections with a statement to stop. More than that many at once are not
/// interrupted, only asked to stop at the next safe point.
std::array<std::atomic<orm::Connection*>, 16> watched{};

std::atomic<int> hidden_terminal{-1};
termios shown_terminal{};

void restore_terminal() noexcept {
  int descriptor = hidden_terminal.exchange(-1);
  if (descriptor >= 0) ::tcsetattr(descriptor, TCSAFLUSH, &shown_terminal);
}

/// Async-signal-safe.
extern "C" void on_signal(int signal) {
  int before = requested.exchange(signal);
  if (before != 0 && signal == SIGINT) {
    restore_terminal();
    ::_exit(static_cast<int>(ExitCode::kInterrupted));
  }
  handlers.fetch_add(1);
  for (auto& slot : watched) {
    if (orm::Connection* connection = slot.load()) connection->interrupt();
  }
  handlers.fetch_sub(1);
}

}  // namespace

void install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  // No SA_RESTART: a prompt waiting for an answer must notice.
  for (int signal : {SIGINT, SIGTERM}) {
    struct sigaction old {};
    sigaction(signal, nullptr, &old);
    // `nohup` and background jobs of a shell ignore it, and so do we.
    if (old.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
  // A closed pipe is then an error of write() instead of the end.
  std::signal(SIGPIPE, SIG_IGN);
}

int interruption() noexcept { return requested.load(); }

void clear_interruption() noexcept { requested.store(0); }

Error interruption_error(int signal) {
  if (signal == SIGTERM) {
    return Error("terminated", "terminated").exit(ExitCode::kTerminated);
  }
  return Error("interrupted", "interrupted").exit(ExitCode::kInterrupted);
}

void throw_if_interrupted() {
  if (int signal = interruption()) throw interruption_error(signal);
}

WatchConnection::WatchConnection(orm::Connection& connection) : slot_(-1) {
  for (std::size_t i = 0; i < watched.size() && slot_ < 0; ++i) {
    orm::Connection* expected = nullptr;
    if (watched[i].compare_exchange_strong(expected, &connection)) {
      slot_ = static_cast<int>(i);
    }
  }
}

WatchConnection::~WatchConnection() {
  if (slot_ < 0) return;
  watched[static_cast<std::size_t>(slot_)].store(nullptr);
  while (handlers.load() != 0) std::this_thread::yield();
}

HideTyping::HideTyping(int descriptor) {
  if (::tcgetattr(descriptor, &shown_terminal) != 0) return;
  termios hidden = shown_terminal;
  hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  hidden_terminal.store(descriptor);
  ::tcsetattr(descriptor, TCSAFLUSH, &hidden);
}

HideTyping::~HideTyping() { restore_terminal(); }

}  // namespace manage::cli
