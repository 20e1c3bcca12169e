// Reading: yaml-cpp scans, and its events build our tree. What yaml-cpp lets
// pass and project files may not contain is refused here.
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <istream>
#include <streambuf>
#include <unordered_map>
#include <unordered_set>

#include "core/text.hpp"
#include "core/yaml.hpp"
#include "core/yaml_scan.hpp"

namespace manage::yaml {

namespace {

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxNodes = 1'000'000;
constexpr std::size_t kMaxAliasNodes = 10'000;

/// Ends the reading of a file whose errors are already in the diagnostics.
struct Stop {};

/// Reads from memory without a copy.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    // The get area is never written to.
    char* begin = const_cast<char*>(text.data());
    setg(begin, begin, begin + text.size());
  }
};

struct Size {
  std::size_t nodes = 0;
  std::size_t bytes = 0;
  std::size_t depth = 0;
};

/// Stops counting when an alias could not be expanded anyway.
/// `depth`: how many lists and maps are around the node.
void measure(const Node& node, std::size_t depth, Size& size) {
  size.depth = std::max(size.depth, depth + (node.is_scalar() ? 0 : 1));
  size.nodes += 1;
  size.bytes += node.text.size();
  if (size.nodes > kMaxAliasNodes || size.bytes > kMaxFileBytes) return;
  for (const Node& item : node.items) measure(item, depth + 1, size);
  for (const Node::Entry& entry : node.entries) {
    size.bytes += entry.key.size();
    measure(entry.value, depth + 1, size);
  }
}

class Builder : public YAML::EventHandler {
 public:
  Builder(const SourceFile& file, std::string_view text,
          Diagnostics& diagnostics)
      : file_(file), source_(text), diagnostics_(diagnostics) {
    root_.file = &file;
  }

  Node take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    bool marked = source_.from(mark.pos).starts_with("---");
    fail("yaml.second-document", mark,
         marked ? "a file holds one document; here a second one starts"
                : "nothing may follow the value that is the whole file");
  }

  void OnDocumentEnd() override {
    if (!last_quoted_) return;
    // yaml-cpp takes the end of the file for the missing quote.
    if (!source_.quote_is_closed(last_quoted_->pos)) {
      fail("yaml.syntax", *last_quoted_,
           "the quoted text has no closing quote");
    }
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node = start(Node::Kind::kScalar, mark);
    node.text = source_.null_word(mark.pos);
    if (!frames_.empty()) place_null(mark, node);
    finish(std::move(node), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    Node node = start(Node::Kind::kScalar, mark);
    refuse_tag(mark, tag);
    node.text = value;
    node.quoted = tag == "!";
    char first = source_.content(mark.pos);
    if (first == '"' || first == '\'') last_quoted_ = mark;
    finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node copy = expand(mark, anchor);
    Node here = start(copy.kind, mark);
    copy.line = here.line;
    copy.column = here.column;
    finish(std::move(copy), 0);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(Node::Kind::kSequence, mark, tag, anchor, style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(Node::Kind::kMap, mark, tag, anchor, style);
  }
  void OnMapEnd() override { close(); }

  void on_syntax_error(const YAML::Exception& error) {
    SyntaxError told = explain(error.msg, source_, error.mark);
    if (told.unclosed && !frames_.empty()) {
      const Node& open = frames_.back().node;
      std::string_view name = open.is_map() ? "map" : "list";
      // yaml-cpp may give the end of the file the position 0.
      int at = error.mark.pos;
      if (at == 0 || text::trim(source_.from(at)).empty()) {
        diagnostics_.add(
            "yaml.syntax", open.pos(),
            fmt::format("the {} that starts here is not closed", name));
        return;
      }
      told.message += fmt::format(" in the {} that starts at {}:{}", name,
                                  open.line, open.column);
    }
    diagnostics_.add("yaml.syntax", pos(error.mark), std::move(told.message),
                     std::move(told.hint));
  }

 private:
  /// A collection whose end has not come yet.
  struct Frame {
    Node node;
    bool flow = false;
    bool has_key = false;  ///< `key` waits for its value
    Node key;
    std::unordered_set<std::string> seen;
    std::size_t children() const {
      return node.items.size() + node.entries.size();
    }
  };

  /// Child numbers from the root; unlike a pointer it stays valid while the
  /// tree grows.
  using Path = std::vector<std::size_t>;

  SourcePos pos(const YAML::Mark& mark) {
    if (mark.is_null()) return {file_.shared_from_this(), 0, 0};
    return {file_.shared_from_this(), mark.line + 1,
            source_.column(mark.line, mark.pos)};
  }

  [[noreturn]] void fail(std::string code, const YAML::Mark& mark,
                         std::string message, std::string hint = {}) {
    diagnostics_.add(std::move(code), pos(mark), std::move(message),
                     std::move(hint));
    throw Stop{};
  }

  Node start(Node::Kind kind, const YAML::Mark& mark) {
    if (++nodes_ > kMaxNodes) {
      fail("yaml.too-large", mark,
           fmt::format("the file has more than {} values",
                       text::thousands(kMaxNodes)));
    }
    Node node;
    node.kind = kind;
    node.file = &file_;
    node.line = mark.line + 1;
    node.column = source_.column(mark.line, mark.pos);
    return node;
  }

  /// `depth`: how many lists and maps are inside each other.
  void check_depth(const YAML::Mark& mark, std::size_t depth) {
    if (depth <= kMaxDepth) return;
    fail("yaml.depth", mark,
         fmt::format("lists and maps are nested more than {} deep", kMaxDepth));
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    bool plain = tag.empty() || tag == "?";
    bool quoted = tag == "!" && source_.content(mark.pos) != '!';
    if (plain || quoted) return;
    diagnostics_.add("yaml.tag", pos(mark), "YAML tags are not supported",
                     "remove the tag; the key decides what a value is");
  }

  /// A null in a map is reported at its key, an empty list item at its dash:
  /// yaml-cpp gives an absent value the position of whatever comes next, and
  /// the word found there belongs to something else.
  void place_null(const YAML::Mark& mark, Node& node) {
    const Frame& frame = frames_.back();
    bool is_key = frame.node.is_map() && !frame.has_key;
    if (is_key) return;
    bool written =
        !node.text.empty() && (frame.flow || node.column > frame.node.column);
    if (!written) node.text.clear();
    if (frame.node.is_map()) {
      node.line = frame.key.line;
      node.column = frame.key.column;
    } else if (!written && !frame.flow) {
      int dash = source_.last_dash_line(mark.line, frame.node.line);
      node.column = dash == frame.node.line ? frame.node.column
                                            : source_.indent(dash) + 1;
      node.line = dash;
    } else if (!written && !source_.is_anchored(mark.pos)) {
      fail("yaml.syntax", mark, "a value is missing before this comma");
    }
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
    Frame frame;
    frame.node = start(kind, mark);
    frame.flow = style == YAML::EmitterStyle::Flow;
    check_depth(mark, frames_.size() + 1);
    refuse_tag(mark, tag);
    if (anchor != 0) collections_[anchor] = path();
    frames_.push_back(std::move(frame));
  }

  void close() {
    Node node = std::move(frames_.back().node);
    frames_.pop_back();
    finish(std::move(node), 0);
  }

  void finish(Node node, YAML::anchor_t anchor) {
    if (anchor != 0) scalars_[anchor] = node;
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.is_sequence()) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.has_key) {
      take_key(frame, std::move(node));
    } else {
      frame.has_key = false;
      frame.node.entries.push_back({std::move(frame.key.text), frame.key.line,
                                    frame.key.column, std::move(node)});
    }
  }

  void take_key(Frame& frame, Node key) {
    SourcePos where = key.pos();
    if (!key.is_scalar()) {
      diagnostics_.add(
          "yaml.key", where,
          fmt::format("a key must be text, not {}", key.kind_name()));
    } else if (key.text.empty() && !key.quoted) {
      diagnostics_.add("yaml.key", where, "a key is missing before this colon");
    } else if (key.text == "<<" && !key.quoted) {
      diagnostics_.add("yaml.merge-key", where,
                       "the merge key << is not supported",
                       "write the keys out, or quote it: \"<<\"");
    } else if (!frame.seen.insert(key.text).second) {
      report_duplicate(frame, key);
    }
    frame.has_key = true;
    frame.key = std::move(key);
  }

  void report_duplicate(const Frame& frame, const Node& key) {
    for (const Node::Entry& entry : frame.node.entries) {
      if (entry.key != key.text) continue;
      diagnostics_.add(
          "yaml.duplicate-key", key.pos(),
          fmt::format("the key {} stands twice in this map", key.text),
          fmt::format("it is first given at {}", entry.key_pos().text()));
      return;
    }
  }

  Path path() const {
    Path path;
    for (const Frame& frame : frames_) path.push_back(frame.children());
    return path;
  }

  /// The finished node at `path`; nullptr while it is still open.
  const Node* find(const Path& path) const {
    const Node* at = nullptr;
    for (std::size_t depth = 0; depth < path.size(); ++depth) {
      if (!at && depth >= frames_.size()) return nullptr;
      const Node& parent = at ? *at : frames_[depth].node;
      std::size_t index = path[depth];
      if (parent.is_map()) {
        if (index < parent.entries.size()) at = &parent.entries[index].value;
      } else if (index < parent.items.size()) {
        at = &parent.items[index];
      }
    }
    return at;
  }

  Node expand(const YAML::Mark& mark, YAML::anchor_t anchor) {
    const Node* target = nullptr;
    if (auto scalar = scalars_.find(anchor); scalar != scalars_.end()) {
      target = &scalar->second;
    } else if (auto found = collections_.find(anchor);
               found != collections_.end()) {
      target = find(found->second);
    }
    if (!target) {
      fail("yaml.alias", mark, "an alias stands inside what it refers to");
    }
    Size size;
    measure(*target, frames_.size(), size);
    check_depth(mark, size.depth);
    alias_nodes_ += size.nodes;
    alias_bytes_ += size.bytes;
    if (alias_nodes_ > kMaxAliasNodes) {
      fail("yaml.alias", mark,
           fmt::format("aliases expand to more than {} values",
                       text::thousands(kMaxAliasNodes)));
    }
    if (alias_bytes_ > kMaxFileBytes) {
      fail("yaml.alias", mark, "aliases expand to more than 16 MiB of text");
    }
    return *target;
  }

  const SourceFile& file_;
  SourceScan source_;
  Diagnostics& diagnostics_;
  Node root_;
  std::vector<Frame> frames_;
  std::unordered_map<YAML::anchor_t, Path> collections_;
  std::unordered_map<YAML::anchor_t, Node> scalars_;
  std::optional<YAML::Mark> last_quoted_;
  int documents_ = 0;
  std::size_t nodes_ = 0;
  std::size_t alias_nodes_ = 0;
  std::size_t alias_bytes_ = 0;
};

}  // namespace

Tree parse(std::shared_ptr<const SourceFile> file) {
  std::string_view text = checked_text(*file);
  Diagnostics diagnostics;
  Builder builder(*file, text, diagnostics);
  ViewBuffer buffer(text);
  std::istream in(&buffer);
  try {
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    builder.on_syntax_error(error);
  } catch (const Stop&) {
    // Reported where it was thrown.
  }
  diagnostics.throw_if_errors();
  return {std::move(file), builder.take_root()};
}

Tree parse(std::string name, std::string text) {
  return parse(std::make_shared<SourceFile>(std::move(name), std::move(text)));
}

}  // namespace manage::yaml
