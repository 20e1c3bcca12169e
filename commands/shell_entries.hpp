// Entries of the shell: what is typed, or stands in a file, is run and shown,
// and what is wrong with it is told.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "commands/scripts.hpp"
#include "commands/shell_output.hpp"

namespace manage::commands {

class ShellEntries {
 public:
  enum class Took {
    kRan,
    kUnfinished,  ///< it goes on in the next line
    kFailed,      ///< that was told; Ctrl-C is one way to fail
  };

  /// Both outlive it.
  ShellEntries(Scripts& scripts, cli::Context& context);

  /// Runs an entry: Lua, or a backslash command.
  Took take(const std::string& text);
  /// Runs all that a file holds, up to the first error, which it throws with
  /// its place: what follows was written for what comes before it.
  void take_file(const std::shared_ptr<const SourceFile>& file);
  /// Runs a text as one entry that has to be whole, under a name for messages.
  Took take_whole(const std::string& name, const std::string& text);
  /// Work that may fail as an entry does; false if it did.
  bool attempt(const std::function<void()>& work);

  Scripts& scripts() { return scripts_; }
  cli::Context& context() { return context_; }
  ShellOutput& output() { return output_; }

  /// Whether the time of each entry is told.
  bool timing = false;
  /// The last entry of Lua, also if it failed; empty: there was none.
  const std::string& last() const { return last_; }
  /// Since when the shell shall end, and with what.
  std::optional<ExitCode> ended;

 private:
  Took run(const std::shared_ptr<const SourceFile>& source,
           const std::string& text, const std::string& before = {});
  void run_lines_of(const std::shared_ptr<const SourceFile>& file);

  Scripts& scripts_;
  cli::Context& context_;
  ShellOutput output_;
  scripting::Session session_;
  std::string last_;
  int count_ = 0;
  int files_ = 0;  ///< that are being run
};

}  // namespace manage::commands
