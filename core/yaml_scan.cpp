#include "core/yaml_scan.hpp"

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>

#include <algorithm>
#include <array>

#include "core/error.hpp"
#include "core/text.hpp"

namespace manage::yaml {

namespace {

// yaml-cpp keeps every token of a bracketed value until its closing bracket,
// some 130 bytes each.
constexpr std::size_t kMaxFlowMarks = 1'000'000;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

SourcePos position_of(const SourceFile& file, std::string_view text,
                      std::size_t offset) {
  std::string_view before = text.substr(0, offset);
  auto line = std::count(before.begin(), before.end(), '\n');
  std::size_t line_start = before.rfind('\n') + 1;
  return {file.shared_from_this(), static_cast<int>(line) + 1,
          static_cast<int>(text::length(before.substr(line_start))) + 1};
}

/// A byte that YAML does not allow unescaped. yaml-cpp would take \x04 for the
/// end of the file and a NUL for UTF-16.
bool is_control(std::string_view text, std::size_t offset) {
  unsigned char c = static_cast<unsigned char>(text[offset]);
  if (c == '\r') return text.substr(offset, 2) != "\r\n";
  return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7F;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

std::string_view checked_text(const SourceFile& file) {
  std::string_view text = file.text();
  SourcePos whole{file.shared_from_this(), 0, 0};
  if (text.size() > kMaxFileBytes) {
    throw Error("yaml.too-large", "the file is larger than 16 MiB").at(whole);
  }
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(3);
  if (auto bad = text::invalid_utf8(text)) {
    throw Error("yaml.encoding", "the file is not valid UTF-8")
        .at(position_of(file, text, *bad))
        .hint("save it as UTF-8");
  }
  std::size_t flow_marks = 0;
  for (std::size_t offset = 0; offset < text.size(); ++offset) {
    char c = text[offset];
    flow_marks += c == '[' || c == '{' || c == ',';
    if (!is_control(text, offset)) continue;
    throw Error("yaml.encoding",
                fmt::format("the control character U+{:04X} is not allowed",
                            static_cast<unsigned char>(c)))
        .at(position_of(file, text, offset))
        .hint(fmt::format("in double quotes it is written \\x{:02X}",
                          static_cast<unsigned char>(c)));
  }
  if (flow_marks > kMaxFlowMarks) {
    throw Error("yaml.too-large",
                fmt::format("the file has more than {} brackets and commas",
                            text::thousands(kMaxFlowMarks)))
        .at(whole);
  }
  return text;
}

SourceScan::SourceScan(std::string_view text) : text_(text) {
  line_starts_.push_back(0);
  for (std::size_t at = text.find('\n'); at != std::string_view::npos;
       at = text.find('\n', at + 1)) {
    line_starts_.push_back(at + 1);
  }
}

std::string_view SourceScan::from(int offset) const {
  std::size_t at = static_cast<std::size_t>(std::max(offset, 0));
  return at < text_.size() ? text_.substr(at) : std::string_view{};
}

int SourceScan::column(int line, int offset) {
  std::size_t at =
      std::min(static_cast<std::size_t>(std::max(offset, 0)), text_.size());
  if (line != last_line_ || at < last_offset_) {
    std::size_t index = static_cast<std::size_t>(std::max(line, 0));
    last_line_ = line;
    last_offset_ =
        std::min(line_starts_[std::min(index, line_starts_.size() - 1)], at);
    last_column_ = 1;
  }
  last_column_ += static_cast<int>(
      text::length(text_.substr(last_offset_, at - last_offset_)));
  last_offset_ = at;
  return last_column_;
}

std::size_t SourceScan::content_offset(int offset) const {
  std::size_t at = static_cast<std::size_t>(std::max(offset, 0));
  if (at >= text_.size() || text_[at] != '&') return at;
  while (at < text_.size() && !is_blank(text_[at])) ++at;
  while (at < text_.size()) {
    if (text_[at] == '#') {
      at = std::min(text_.find('\n', at), text_.size());
    } else if (is_blank(text_[at])) {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

char SourceScan::content(int offset) const {
  std::size_t at = content_offset(offset);
  return at < text_.size() ? text_[at] : '\0';
}

std::string_view SourceScan::null_word(int offset) const {
  std::string_view rest =
      text_.substr(std::min(content_offset(offset), text_.size()));
  constexpr std::array<std::string_view, 4> kWords{"~", "null", "Null", "NULL"};
  for (std::string_view word : kWords) {
    if (!rest.starts_with(word)) continue;
    bool ends = rest.size() == word.size() || is_blank(rest[word.size()]) ||
                std::string_view(",:]}").find(rest[word.size()]) !=
                    std::string_view::npos;
    if (ends) return rest.substr(0, word.size());
  }
  return {};
}

bool SourceScan::quote_is_closed(int offset) const {
  std::size_t at = content_offset(offset);
  char quote = text_[at++];
  for (; at < text_.size(); ++at) {
    if (text_[at] == '\\' && quote == '"') {
      ++at;
    } else if (text_[at] == quote) {
      bool doubled = quote == '\'' && text_.substr(at, 2) == "''";
      if (!doubled) return true;
      ++at;
    }
  }
  return false;
}

int SourceScan::last_dash_line(int line, int first) const {
  for (int at = line; at > first; --at) {
    std::string_view before = text::trim(this->line(at - 1));
    if (before.starts_with('-')) return at;
  }
  return first;
}

int SourceScan::indent(int number) const {
  std::size_t size = line(number - 1).find_first_not_of(" \t");
  return size == std::string_view::npos ? 0 : static_cast<int>(size);
}

std::string_view SourceScan::line(int line) const {
  std::size_t index = static_cast<std::size_t>(std::max(line, 0));
  if (index >= line_starts_.size()) return {};
  std::string_view rest = text_.substr(line_starts_[index]);
  return rest.substr(0, rest.find('\n'));
}

namespace {

struct Explanation {
  std::string_view theirs;  ///< how yaml-cpp's message begins
  std::string_view message;
  std::string_view hint;
  bool unclosed = false;
};

namespace theirs = YAML::ErrorMsg;
constexpr std::string_view kQuoteHint =
    "if this belongs to a text, put the text in quotes";

const std::array<Explanation, 22> kExplanations{{
    {theirs::END_OF_MAP_FLOW, "expected ',' or '}'", "", true},
    {theirs::END_OF_SEQ_FLOW, "expected ',' or ']'", "", true},
    {theirs::END_OF_MAP, "expected a key of the map", kQuoteHint},
    {theirs::END_OF_SEQ, "expected '-' and the next item of the list",
     kQuoteHint},
    {theirs::MULTIPLE_TAGS, "a value has two tags", ""},
    {theirs::MULTIPLE_ANCHORS, "a value has two anchors", ""},
    {theirs::ALIAS_CONTENT, "an alias cannot have a tag or an anchor", ""},
    {theirs::INVALID_HEX, "a bad escape: hexadecimal digits are expected", ""},
    {theirs::INVALID_UNICODE, "a bad escape: no such Unicode character", ""},
    {theirs::INVALID_ESCAPE, "a bad escape in a double-quoted text",
     "a backslash is written \\\\; in single quotes it stands for itself"},
    {theirs::UNKNOWN_TOKEN, "a text cannot begin with this character",
     "put the text in quotes"},
    {theirs::DOC_IN_SCALAR,
     "a quoted text cannot contain a line '---' or '...'", ""},
    {theirs::EOF_IN_SCALAR, "the quoted text has no closing quote", ""},
    {theirs::TAB_IN_INDENTATION, "a tab cannot indent", "use spaces"},
    {theirs::FLOW_END, "a closing bracket that was never opened", kQuoteHint},
    {theirs::BLOCK_ENTRY, "a list cannot begin here",
     "begin it on a line of its own, or quote the text"},
    {theirs::MAP_KEY, "a key cannot stand here", kQuoteHint},
    {theirs::MAP_VALUE, "a ':' cannot stand here", kQuoteHint},
    {theirs::UNKNOWN_ANCHOR, "the alias names no anchor before it",
     "put a text that begins with * in quotes"},
    {theirs::ZERO_INDENT_IN_BLOCK, "a block text cannot be indented by 0", ""},
    {theirs::CHAR_IN_BLOCK, "nothing but a comment may follow | or >", ""},
    {theirs::ANCHOR_NOT_FOUND, "a name must follow &", "quote the text"},
}};

}  // namespace

SyntaxError explain(const std::string& message, const SourceScan& source,
                    const YAML::Mark& mark) {
  std::string_view line = source.line(mark.line);
  std::string_view indent = line.substr(0, line.find_first_not_of(" \t\r"));
  bool has_tab = indent.find('\t') != std::string_view::npos;
  for (const Explanation& known : kExplanations) {
    if (!message.starts_with(known.theirs)) continue;
    return {std::string(known.message),
            has_tab ? "indent with spaces; tabs are not allowed"
                    : std::string(known.hint),
            known.unclosed};
  }
  return {message, {}, false};
}

}  // namespace manage::yaml
