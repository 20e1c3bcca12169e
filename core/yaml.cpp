#include "core/yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/text.hpp"
#include "core/yaml_scalar.hpp"

namespace manage::yaml {

namespace {

SourcePos place(const SourceFile* file, int line, int column) {
  if (!file) return {};
  return {file->shared_from_this(), line, column};
}

/// "yes" for a scalar, "a list" for the rest: what a message says was found.
std::string shown(const Node& node) {
  if (!node.is_scalar() || node.is_null()) return std::string(node.kind_name());
  constexpr std::size_t kMostCharacters = 40;
  std::string text(text::prefix(node.text, kMostCharacters));
  if (text.size() < node.text.size()) text += "…";
  text = text::replace_all(std::move(text), "\n", "\\n");
  return node.quoted ? fmt::format("the text \"{}\"", text) : text;
}

void complain(Diagnostics& diagnostics, const Node& node, std::string_view what,
              std::string_view expected, std::string hint = {}) {
  diagnostics.add(
      "yaml.type", node.pos(),
      fmt::format("{} must be {}, not {}", what, expected, shown(node)),
      std::move(hint));
}

std::string bool_hint(const Node& node) {
  std::string word = text::lower(node.text);
  for (std::string_view yes : {"yes", "y", "on", "true"}) {
    if (word == yes) return "write true, without quotes";
  }
  for (std::string_view no : {"no", "n", "off", "false"}) {
    if (word == no) return "write false, without quotes";
  }
  return {};
}

std::string integer_hint(const Node& node) {
  if (node.quoted && is_integer(node.text)) return "leave the quotes out";
  std::string_view digits = node.text;
  std::size_t zeros = digits.find_first_not_of('0');
  if (zeros == 0 || zeros == std::string_view::npos) return {};
  digits.remove_prefix(zeros);
  if (node.quoted || !is_integer(digits)) return {};
  std::string hint = fmt::format("write {} without leading zeros", digits);
  std::string octal = fmt::format("0o{}", digits);
  return is_integer(octal) ? hint + "; octal is " + octal : hint;
}

}  // namespace

bool Node::is_null() const {
  return is_scalar() && !quoted &&
         (text.empty() || text == "~" || text == "null");
}

const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

SourcePos Node::pos() const { return place(file, line, column); }

SourcePos Node::Entry::key_pos() const {
  return place(value.file, key_line, key_column);
}

std::string_view Node::kind_name() const {
  if (is_null()) return "null";
  constexpr std::array<std::string_view, 3> kNames{"text", "a list", "a map"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<bool> to_bool(const Node& node, std::string_view what,
                            Diagnostics& diagnostics) {
  if (node.is_scalar() && !node.quoted) {
    if (node.text == "true") return true;
    if (node.text == "false") return false;
  }
  complain(diagnostics, node, what, "true or false", bool_hint(node));
  return std::nullopt;
}

std::optional<std::int64_t> to_int(const Node& node, std::string_view what,
                                   Diagnostics& diagnostics) {
  if (!node.is_scalar() || node.quoted || !is_integer(node.text)) {
    complain(diagnostics, node, what, "an integer", integer_hint(node));
    return std::nullopt;
  }
  std::optional<std::int64_t> value = integer_value(node.text);
  if (!value) {
    diagnostics.add("yaml.type", node.pos(),
                    fmt::format("{} is out of range: {}", what, shown(node)));
  }
  return value;
}

std::optional<std::string> to_text(const Node& node, std::string_view what,
                                   Diagnostics& diagnostics) {
  if (node.is_scalar() && !node.is_null()) return node.text;
  complain(diagnostics, node, what, "text",
           node.is_null() ? "an empty text is written \"\"" : "");
  return std::nullopt;
}

std::optional<std::vector<std::string>> to_texts(const Node& node,
                                                 std::string_view what,
                                                 Diagnostics& diagnostics) {
  if (!node.is_sequence()) {
    complain(diagnostics, node, what, "a list",
             node.is_scalar() && !node.is_null()
                 ? fmt::format("write [{}]", node.text)
                 : "");
    return std::nullopt;
  }
  std::vector<std::string> texts;
  bool ok = true;
  for (const Node& item : node.items) {
    auto text = to_text(item, fmt::format("an item of {}", what), diagnostics);
    ok = ok && text;
    if (text) texts.push_back(std::move(*text));
  }
  if (!ok) return std::nullopt;
  return texts;
}

Data to_data(const Node& node) {
  if (node.is_sequence()) {
    DataList list;
    list.reserve(node.items.size());
    for (const Node& item : node.items) list.push_back(to_data(item));
    return list;
  }
  if (node.is_map()) {
    std::vector<DataMap::Entry> entries;
    entries.reserve(node.entries.size());
    for (const Node::Entry& entry : node.entries) {
      entries.emplace_back(entry.key, to_data(entry.value));
    }
    return DataMap::from_unique(std::move(entries));
  }
  if (node.quoted) return node.text;
  switch (core_kind(node.text)) {
    case ScalarKind::kNull:
      return nullptr;
    case ScalarKind::kBool:
      return node.text[0] == 't' || node.text[0] == 'T';
    case ScalarKind::kInteger:
      if (auto value = integer_value(node.text)) return *value;
      return Real{node.text};
    case ScalarKind::kReal:
      return Real{node.text};
    case ScalarKind::kText:
      break;
  }
  return node.text;
}

MapReader::MapReader(const Node& node, std::string what,
                     Diagnostics& diagnostics)
    : node_(&node),
      what_(std::move(what)),
      diagnostics_(diagnostics),
      ok_(node.is_map()) {
  if (!ok_) complain(diagnostics_, node, what_, "a map");
}

const Node* MapReader::get(std::string_view key) {
  known_.emplace_back(key);
  return ok_ ? node_->find(key) : nullptr;
}

const Node* MapReader::require(std::string_view key) {
  const Node* value = get(key);
  if (!value && ok_) {
    diagnostics_.add("yaml.missing-key", node_->pos(),
                     fmt::format("{} needs the key {}", what_, key));
  }
  return value;
}

void MapReader::finish() {
  if (!ok_) return;
  const auto is_known = [&](const Node::Entry& entry) {
    return std::find(known_.begin(), known_.end(), entry.key) != known_.end();
  };
  for (const Node::Entry& entry : node_->entries) {
    if (is_known(entry)) continue;
    std::set<std::string> names(known_.begin(), known_.end());
    diagnostics_.add(
        "yaml.unknown-key", entry.key_pos(),
        fmt::format("{} has no key {}", what_, entry.key),
        text::did_you_mean(entry.key, {names.begin(), names.end()}));
  }
}

}  // namespace manage::yaml
