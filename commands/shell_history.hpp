// What was typed at the shell, in a file that only its owner reads: a JSON text
// for each entry, one a line.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace manage::commands {

class ShellHistory {
 public:
  /// Empty: nothing is kept.
  explicit ShellHistory(std::filesystem::path file) : file_(std::move(file)) {}

  /// The newest `most` entries, oldest first. A file of more than twice as many
  /// is cut to them.
  std::vector<std::string> load(std::size_t most) const;
  /// Keeps an entry, unless it speaks of a secret. What cannot be written is
  /// not kept.
  void append(const std::string& entry) const;

 private:
  std::filesystem::path file_;
};

}  // namespace manage::commands
