// The shell's \watch: an entry again and again.
#pragma once

#include <string>

namespace manage::commands {

class ShellEntries;

/// Runs the last entry every so many seconds (2) until it fails, or Ctrl-C.
void watch_entry(ShellEntries& shell, const std::string& seconds);

}  // namespace manage::commands
