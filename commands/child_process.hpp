// A program that runs in the foreground in our place, until it ends.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace manage::commands {

struct Program {
  std::string path;
  std::vector<std::string> arguments;  ///< the first is its own name
  std::map<std::string, std::string> environment;
  struct Handed {
    int descriptor;  ///< ours
    int as;          ///< its number in the program
  };
  std::optional<Handed> handed;
};

struct ProgramEnd {
  int status = 0;  ///< as waitpid says it
  int signal = 0;  ///< the last SIGINT, SIGTERM or SIGQUIT meanwhile; 0: none

  /// As a shell says it: 128 + N for one that signal N ended.
  int exit_code() const;
};

/// Runs it. Signals are the program's meanwhile: those of the terminal it gets
/// anyway, all others are handed on, each time; ours are not interrupted.
/// Throws "command.program" when it cannot be run.
ProgramEnd run_program(const Program& program);

}  // namespace manage::commands
