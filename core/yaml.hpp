// YAML as project files use it (docs/formats: section YAML): a tree with the
// position and quoting of every node, read from yaml-cpp's events, and our own
// canonical writer.
//
// Refused, each at its place: duplicate keys, `<<`, tags, a second document or
// text after the root, bad UTF-8, depth over 64, files over 16 MiB, more than
// 10,000 nodes through aliases.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/data.hpp"
#include "core/error.hpp"

namespace manage::yaml {

/// One node. A scalar is its source text (after unquoting); what it means is
/// decided by whoever asks. An empty plain scalar, `null` and `~` are null.
class Node {
 public:
  enum class Kind { kScalar, kSequence, kMap };
  struct Entry;

  Kind kind = Kind::kScalar;
  std::string text;     ///< of a scalar
  bool quoted = false;  ///< quoted or a block scalar: never null, bool, number
  std::vector<Node> items;           ///< of a sequence
  std::vector<Entry> entries;        ///< of a map, in file order, keys unique
  const SourceFile* file = nullptr;  ///< kept alive by the Tree
  int line = 0;
  int column = 0;

  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_sequence() const { return kind == Kind::kSequence; }
  bool is_map() const { return kind == Kind::kMap; }
  bool is_null() const;
  /// The value of `key` in a map, else nullptr.
  const Node* find(std::string_view key) const;
  SourcePos pos() const;
  /// "a list", "a map", "null", "text", for messages.
  std::string_view kind_name() const;
};

struct Node::Entry {
  std::string key;
  SourcePos key_pos() const;
  int key_line = 0;
  int key_column = 0;
  Node value;
};

/// A parsed file.
struct Tree {
  std::shared_ptr<const SourceFile> file;
  Node root;  ///< a null scalar if the file has no document
};

/// Throws Error "yaml.syntax", "yaml.duplicate-key", … with all that is wrong.
Tree parse(std::shared_ptr<const SourceFile> file);
Tree parse(std::string name, std::string text);

// Conversions: nullopt and one diagnostic "yaml.type" when the node is
// something else. `what` begins the message: "max_length must be an integer".
std::optional<bool> to_bool(const Node&, std::string_view what, Diagnostics&);
std::optional<std::int64_t> to_int(const Node&, std::string_view what,
                                   Diagnostics&);
/// Any scalar but null, quoted or not, as its characters.
std::optional<std::string> to_text(const Node&, std::string_view what,
                                   Diagnostics&);
/// A list of scalars.
std::optional<std::vector<std::string>> to_texts(const Node&,
                                                 std::string_view what,
                                                 Diagnostics&);
/// For untyped places: the YAML 1.2 core schema; dates stay text, numbers with
/// a fraction or exponent keep their source text.
Data to_data(const Node&);

/// Reads the keys of one map and complains about those nobody asked for.
class MapReader {
 public:
  /// A node that is no map gives a diagnostic, and then has no keys. `what`
  /// names the map in messages: "field title".
  MapReader(const Node& node, std::string what, Diagnostics& diagnostics);

  bool ok() const { return ok_; }
  const Node& node() const { return *node_; }
  /// The value of `key`, or nullptr; the key is known from now on.
  const Node* get(std::string_view key);
  /// As get, but a diagnostic "yaml.missing-key" when it is absent.
  const Node* require(std::string_view key);
  /// Reports every key that was never asked for, with the nearest known name.
  void finish();

 private:
  const Node* node_;
  std::string what_;
  Diagnostics& diagnostics_;
  bool ok_;
  std::vector<std::string> known_;  ///< as they were asked for
};

/// The canonical form, ended by a new line. Keys keep their order; every text
/// and key that YAML 1.1 or 1.2 would read as something else is double-quoted,
/// multi-line texts are literal blocks where that is exact. Rewriting it
/// changes nothing: write(to_data(parse(write(x)))) == write(x).
///
/// Two spaces of indentation. A list or map is written in flow style on the
/// line of its key or dash when that line fits in 100 columns (120 for the
/// entries of a map of maps that is no list item), unless
/// - it is the document, or a list of lists or maps directly in it
///   (`operations`), or such a list's item that holds lists or maps itself;
/// - it is a map of maps (`fields`) at most 4 levels below the document;
/// - anything in it has to be a block, such as a multi-line text.
///
/// Throws Error "yaml.encoding" for a text that is not UTF-8, "yaml.depth" for
/// more than 64 levels, "yaml.key" for a key of more than 256 characters: what
/// the reader would refuse.
std::string write(const Data& data);
/// One value in flow style on one line: `{type: CharField, max_length: 100}`.
std::string write_flow(const Data& data);

}  // namespace manage::yaml
