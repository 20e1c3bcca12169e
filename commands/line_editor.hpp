// Lines typed at a terminal: with a history, and completion of words.
//
// libedit edits; what it needs of signals and files is here. One at a time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/shell_history.hpp"

struct editline;
struct history;

namespace manage::commands {

class LineEditor {
 public:
  /// For the text before the cursor: how many bytes at its end are the
  /// beginning of a word, and the words that begin so.
  using Complete =
      std::function<std::pair<std::size_t, std::vector<std::string>>(
          std::string_view line)>;

  /// `most`: how many entries of the file are remembered.
  LineEditor(ShellHistory file, int most, Complete complete);
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;
  ~LineEditor();

  /// nullopt at the end of the input. Throws the Error of a signal that came.
  std::optional<std::string> read(const std::string& prompt);
  /// Keeps an entry of one or more lines.
  void remember(const std::string& entry);

 private:
  static int read_sign(editline* editor, wchar_t* sign);
  static unsigned char complete(editline* editor, int);
  static char* prompt(editline* editor);

  ShellHistory file_;
  Complete complete_;
  std::string prompt_;
  editline* editor_;
  history* history_;
};

}  // namespace manage::commands
