// Ctrl-C and SIGTERM.
//
// The first one sets a flag and stops the statements that watched connections
// are running; whoever works long asks the flag at safe points, errors unwind,
// and transactions roll back on the way. A second Ctrl-C ends the process at
// once. State is per process.
#pragma once

#include "core/error.hpp"

namespace manage::orm {
class Connection;
}

namespace manage::cli {

/// Installs the handlers; called by main only.
void install_signal_handlers();

/// 0, SIGINT or SIGTERM. Any thread.
int interruption() noexcept;

/// Forgets it: for commands whose normal end is Ctrl-C, and for tests.
void clear_interruption() noexcept;

/// Error "interrupted" (exit 130) or "terminated" (143).
Error interruption_error(int signal);
/// Throws it if a signal came.
void throw_if_interrupted();

/// While it lives, a signal interrupts the connection's running statement.
class WatchConnection {
 public:
  explicit WatchConnection(orm::Connection& connection);
  WatchConnection(const WatchConnection&) = delete;
  WatchConnection& operator=(const WatchConnection&) = delete;
  ~WatchConnection();

 private:
  int slot_;
};

/// Switches the terminal's echo off while it lives; a signal that ends the
/// process restores it. REQUIRES: at most one at a time.
class HideTyping {
 public:
  explicit HideTyping(int descriptor);
  HideTyping(const HideTyping&) = delete;
  HideTyping& operator=(const HideTyping&) = delete;
  ~HideTyping();
};

}  // namespace manage::cli
