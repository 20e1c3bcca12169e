// Lines typed at a terminal: with a history, and completion of words.
//
// libedit edits; what it needs of signals and files is here. One at a time.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/streams.hpp"

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

  /// `history`: where entries are kept, readable by its owner only; empty:
  /// nowhere. `most`: how many of them are remembered.
  LineEditor(std::filesystem::path history, int most, Complete complete);
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;
  ~LineEditor();

  /// nullopt at the end of the input. Throws the Error of a signal that came.
  std::optional<std::string> read(const std::string& prompt);
  /// Keeps an entry of one or more lines, unless it looks like one with a
  /// secret in it.
  void remember(const std::string& entry);

 private:
  static int read_sign(editline* editor, wchar_t* sign);
  static unsigned char complete(editline* editor, int);
  static char* prompt(editline* editor);
  void load();

  std::filesystem::path file_;
  Complete complete_;
  std::string prompt_;
  editline* editor_;
  history* history_;
};

}  // namespace manage::commands
