// What entries of the shell show and print: on standard output, or in a file.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "cli/context.hpp"
#include "scripting/session.hpp"

namespace manage::commands {

class ShellOutput {
 public:
  /// The context outlives it.
  explicit ShellOutput(cli::Context& context);
  ShellOutput(const ShellOutput&) = delete;
  ShellOutput& operator=(const ShellOutput&) = delete;
  ~ShellOutput();

  /// Whether rows are shown with a line for each field.
  bool expanded = false;

  void show(const scripting::Shown& shown);
  void line(std::string_view text);
  void table(const cli::Table& table);
  /// Exactly so.
  void print(std::string_view text);

  /// From now on it goes into that file, which is emptied. Throws
  /// "file.unwritable".
  void into(const std::filesystem::path& path, const std::string& shown);
  /// From now on it goes to standard output. Throws what the file did not take.
  void end_file();
  /// Writes what waits; a file that did not take it is given up, with an error.
  void flush();

 private:
  class File;

  void show_table(const scripting::Grid& grid);
  void show_expanded(const scripting::Grid& grid);

  cli::Context& context_;
  std::unique_ptr<File> file_;  ///< nullptr: standard output
};

}  // namespace manage::commands
