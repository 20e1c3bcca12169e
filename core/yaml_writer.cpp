#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "core/yaml.hpp"
#include "core/yaml_scalar.hpp"

namespace manage::yaml {

namespace {

constexpr std::size_t kWidth = 100;
/// Of the entries of a map of maps, which read as the rows of a table.
constexpr std::size_t kRowWidth = 120;
constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxKeyCharacters = 256;
/// How many levels below the document a map of maps is written as a block.
constexpr std::size_t kTableDepth = 4;

/// The code point at the start of valid UTF-8, and its length.
struct CodePoint {
  char32_t value;
  std::size_t size;
};

CodePoint first_code_point(std::string_view utf8) {
  auto at = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(utf8[i]));
  };
  char32_t lead = at(0);
  if (lead < 0x80) return {lead, 1};
  std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  char32_t value = lead & (0x7Fu >> size);
  for (std::size_t i = 1; i < size; ++i) value = value << 6 | (at(i) & 0x3F);
  return {value, size};
}

/// Control and format characters that readers drop, fold or refuse.
bool must_escape(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 ||
         c == 0xFEFF || c == 0xFFFE || c == 0xFFFF;
}

bool all_printable(std::string_view text, std::string_view also_allowed) {
  while (!text.empty()) {
    CodePoint c = first_code_point(text);
    bool allowed =
        c.value < 0x80 &&
        also_allowed.find(static_cast<char>(c.value)) != std::string_view::npos;
    if (must_escape(c.value) && !allowed) return false;
    text.remove_prefix(c.size);
  }
  return true;
}

void require_utf8(std::string_view text) {
  if (text::invalid_utf8(text)) {
    throw Error("yaml.encoding", "a text to be written is not valid UTF-8");
  }
}

/// Whether the text may stand without quotes, in block and in flow style.
bool is_plain(std::string_view text) {
  if (is_ambiguous(text) || !all_printable(text, "")) return false;
  if (text.front() == ' ' || text.back() == ' ' || text.back() == ':') {
    return false;
  }
  constexpr std::string_view kIndicators = "?:,[]{}#&*!|>'\"%@`";
  if (kIndicators.find(text.front()) != std::string_view::npos) return false;
  bool dash = text == "-" || text.starts_with("- ");
  bool marker = text.starts_with("---") || text.starts_with("...");
  return !dash && !marker &&
         text.find_first_of(",?[]{}") == std::string_view::npos &&
         text.find(": ") == std::string_view::npos &&
         text.find(" #") == std::string_view::npos;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    CodePoint c = first_code_point(text);
    if (c.value == '"' || c.value == '\\') {
      out += '\\';
      out += text[0];
    } else if (c.value == '\n') {
      out += "\\n";
    } else if (c.value == '\t') {
      out += "\\t";
    } else if (!must_escape(c.value)) {
      out += text.substr(0, c.size);
    } else if (c.value <= 0xFF) {
      out += fmt::format("\\x{:02X}", static_cast<unsigned>(c.value));
    } else {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(c.value));
    }
    text.remove_prefix(c.size);
  }
  return out + '"';
}

std::string scalar_text(std::string_view text) {
  require_utf8(text);
  return is_plain(text) ? std::string(text) : quoted(text);
}

std::string key_text(const std::string& key) {
  if (text::length(key) > kMaxKeyCharacters) {
    throw Error("yaml.key", fmt::format("a key is longer than {} characters",
                                        kMaxKeyCharacters));
  }
  // The name of an argument of every field. Keys are always text here, so it
  // may stand as people write it: `null: true`.
  if (key == "null") return key;
  return scalar_text(key);
}

/// Whether a literal block reads back exactly: several lines that end in at
/// most one line break, the first with text and none with blanks only.
bool is_literal(std::string_view text) {
  if (text.find('\n') == std::string_view::npos) return false;
  if (text::invalid_utf8(text) || !all_printable(text, "\n\t")) return false;
  if (text.ends_with('\n')) text.remove_suffix(1);
  constexpr std::string_view kBlank = " \t\n";
  if (text.empty() || kBlank.find(text.front()) != std::string_view::npos ||
      text.back() == '\n') {
    return false;
  }
  std::vector<std::string> lines = text::split(text, '\n');
  return std::all_of(lines.begin(), lines.end(), [](const std::string& line) {
    return line.empty() || !text::trim(line).empty();
  });
}

/// `depth`: how many lists and maps are around a list or map.
void require_depth(std::size_t depth) {
  if (depth < kMaxDepth) return;
  throw Error(
      "yaml.depth",
      fmt::format("a value to be written has more than {} levels", kMaxDepth));
}

bool is_collection(const Data& data) { return data.list() || data.map(); }

bool is_empty(const Data& data) {
  return (data.list() && data.list()->empty()) ||
         (data.map() && data.map()->empty());
}

bool holds_collections(const Data& data) {
  if (const DataList* list = data.list()) {
    return std::any_of(list->begin(), list->end(), is_collection);
  }
  const DataMap* map = data.map();
  return map &&
         std::any_of(map->begin(), map->end(), [](const DataMap::Entry& entry) {
           return is_collection(entry.second);
         });
}

/// A map of maps, such as the fields of a model, near the document.
bool is_table(const Data& data, std::size_t depth) {
  const DataMap* map = data.map();
  return map && depth <= kTableDepth && !map->empty() &&
         std::all_of(map->begin(), map->end(), [](const DataMap::Entry& entry) {
           return entry.second.map();
         });
}

/// Flow style on one line, given up when it grows over a width.
class FlowWriter {
 public:
  explicit FlowWriter(std::size_t width) : width_(width) {}

  /// Whether it fitted; else `out()` is unfinished.
  bool write(const Data& data, std::size_t depth) {
    if (const DataList* list = data.list()) return write_list(*list, depth);
    if (const DataMap* map = data.map()) return write_map(*map, depth);
    return append(scalar(data));
  }

  const std::string& out() const { return out_; }

 private:
  static std::string scalar(const Data& data) {
    if (data.is_null()) return "null";
    if (const bool* flag = data.boolean()) return *flag ? "true" : "false";
    if (const std::int64_t* number = data.integer()) {
      return fmt::format("{}", *number);
    }
    if (const Real* real = data.real()) {
      ScalarKind kind = core_kind(real->text);
      bool number = kind == ScalarKind::kReal || kind == ScalarKind::kInteger;
      return number ? real->text : quoted(real->text);
    }
    return scalar_text(*data.text());
  }

  bool append(std::string_view text) {
    out_ += text;
    // Bytes are a quick upper bound of the characters.
    return out_.size() <= width_ || text::length(out_) <= width_;
  }

  bool write_list(const DataList& list, std::size_t depth) {
    require_depth(depth);
    append("[");
    std::string_view separator;
    for (const Data& item : list) {
      if (!append(separator) || !write(item, depth + 1)) return false;
      separator = ", ";
    }
    return append("]");
  }

  bool write_map(const DataMap& map, std::size_t depth) {
    require_depth(depth);
    append("{");
    std::string_view separator;
    for (const auto& [key, value] : map) {
      if (!append(separator) || !append(key_text(key) + ": ") ||
          !write(value, depth + 1)) {
        return false;
      }
      separator = ", ";
    }
    return append("}");
  }

  std::string out_;
  std::size_t width_;
};

class BlockWriter {
 public:
  std::string write(const Data& data) {
    if (!is_collection(data) || is_empty(data)) {
      write_scalar_or_flow(data);
    } else {
      write_block(data, 0, 0);
    }
    return std::move(out_);
  }

 private:
  void write_scalar_or_flow(const Data& data) {
    out_ += write_flow(data);
    out_ += '\n';
  }

  void indent(std::size_t columns) { out_.append(columns, ' '); }

  /// The entries of a collection, each on lines of its own. `columns` is their
  /// indentation; the first line is indented already when it follows a dash.
  void write_block(const Data& data, std::size_t columns, std::size_t depth,
                   bool after_dash = false) {
    require_depth(depth);
    bool in_place = after_dash || columns == 0;
    if (const DataList* list = data.list()) {
      for (const Data& item : *list) {
        if (!in_place) indent(columns);
        in_place = columns == 0;
        out_ += "- ";
        write_item(item, columns, depth + 1, is_operations(data, depth));
      }
      return;
    }
    bool rows = is_table(data, depth) && !after_dash;
    for (const auto& [key, value] : *data.map()) {
      if (!in_place) indent(columns);
      in_place = columns == 0;
      out_ += key_text(key);
      out_ += ':';
      write_value(value, columns, depth + 1, rows ? kRowWidth : kWidth);
    }
  }

  /// A list of lists or maps directly in the document.
  static bool is_operations(const Data& data, std::size_t depth) {
    return depth == 1 && data.list() && holds_collections(data);
  }

  void write_item(const Data& item, std::size_t columns, std::size_t depth,
                  bool of_operations) {
    bool block = of_operations && item.map() && holds_collections(item);
    if (!block && write_inline(item, depth, kWidth)) return;
    if (const std::string* text = item.text()) {
      write_literal(*text, columns);
    } else {
      write_block(item, columns + 2, depth, true);
    }
  }

  void write_value(const Data& value, std::size_t columns, std::size_t depth,
                   std::size_t width) {
    std::size_t line_size = out_.size();
    out_ += ' ';
    if (!is_operations(value, depth) && write_inline(value, depth, width)) {
      return;
    }
    if (const std::string* text = value.text()) {
      write_literal(*text, columns);
      return;
    }
    out_.resize(line_size);
    out_ += '\n';
    write_block(value, columns + 2, depth);
  }

  /// On the rest of the current line, if the value may stand there.
  bool write_inline(const Data& data, std::size_t depth, std::size_t width) {
    if (const std::string* text = data.text()) {
      if (is_literal(*text)) return false;
    }
    if (!is_collection(data) || is_empty(data)) {
      write_scalar_or_flow(data);
      return true;
    }
    if (needs_block(data, depth)) return false;
    std::size_t line_start = out_.rfind('\n') + 1;
    std::size_t used = text::length(std::string_view(out_).substr(line_start));
    FlowWriter flow(used < width ? width - used : 0);
    if (!flow.write(data, depth)) return false;
    out_ += flow.out();
    out_ += '\n';
    return true;
  }

  static bool needs_block(const Data& data, std::size_t depth) {
    if (const std::string* text = data.text()) return is_literal(*text);
    if (is_table(data, depth)) return true;
    if (const DataList* list = data.list()) {
      return std::any_of(list->begin(), list->end(), [&](const Data& item) {
        return needs_block(item, depth + 1);
      });
    }
    const DataMap* map = data.map();
    return map && std::any_of(map->begin(), map->end(),
                              [&](const DataMap::Entry& entry) {
                                return needs_block(entry.second, depth + 1);
                              });
  }

  void write_literal(const std::string& text, std::size_t columns) {
    out_ += text.ends_with('\n') ? "|\n" : "|-\n";
    std::string_view rest = text;
    while (!rest.empty()) {
      std::string_view line = rest.substr(0, rest.find('\n'));
      if (!line.empty()) indent(columns + 2);
      out_ += line;
      out_ += '\n';
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
  }

  std::string out_;
};

}  // namespace

std::string write(const Data& data) { return BlockWriter().write(data); }

std::string write_flow(const Data& data) {
  FlowWriter flow(std::string::npos);
  flow.write(data, 0);
  return flow.out();
}

}  // namespace manage::yaml
