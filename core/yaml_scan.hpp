// The source text behind yaml-cpp's marks: what the parser asks about it that
// the events do not tell. Internal to the YAML reader.
//
// Offsets count bytes from the start of the text without its byte order mark,
// as YAML::Mark::pos does; lines are 0-based, as YAML::Mark::line.
#pragma once

#include <yaml-cpp/mark.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/source.hpp"

namespace manage::yaml {

constexpr std::size_t kMaxFileBytes = 16u << 20;

/// The text without a byte order mark. Throws Error "yaml.too-large" or
/// "yaml.encoding" for what must not reach yaml-cpp: bad UTF-8, control
/// characters, more flow items than its scanner can hold in memory.
std::string_view checked_text(const SourceFile& file);

class SourceScan {
 public:
  explicit SourceScan(std::string_view text);

  /// The text from `offset` on; empty behind the end.
  std::string_view from(int offset) const;
  /// The 1-based column in code points. Cheap when called with growing
  /// offsets.
  int column(int line, int offset);
  /// The first character of the value at `offset`, behind its anchor if there
  /// is one; '\0' at the end.
  char content(int offset) const;
  bool is_anchored(int offset) const { return from(offset).starts_with('&'); }
  /// The word at `offset` if it is one that means null: "~", "null", "Null" or
  /// "NULL"; else empty.
  std::string_view null_word(int offset) const;
  /// Whether the quoted scalar at `offset` has a closing quote.
  bool quote_is_closed(int offset) const;
  /// The 1-based number of the last line before `line` (0-based) that begins
  /// with a dash, not before the line `first` (1-based).
  int last_dash_line(int line, int first) const;
  /// How many characters of white space line `number` (1-based) begins with.
  int indent(int number) const;
  /// Line `line` (0-based).
  std::string_view line(int line) const;

 private:
  std::size_t content_offset(int offset) const;

  std::string_view text_;
  std::vector<std::size_t> line_starts_;
  // Where the last column was counted.
  int last_line_ = -1;
  std::size_t last_offset_ = 0;
  int last_column_ = 1;
};

/// What a syntax error of yaml-cpp means to a reader of the file.
struct SyntaxError {
  std::string message;
  std::string hint;
  bool unclosed = false;  ///< something opened earlier is not closed
};
SyntaxError explain(const std::string& message, const SourceScan& source,
                    const YAML::Mark& mark);

}  // namespace manage::yaml
