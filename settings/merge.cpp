#include "settings/merge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "settings/schema.hpp"

namespace manage::settings {

namespace {

using yaml::Node;

/// The same value, however it is quoted.
bool is_same(const Node& a, const Node& b) {
  if (a.kind != b.kind) return false;
  if (a.is_scalar()) return a.text == b.text;
  if (a.is_sequence()) {
    return std::equal(a.items.begin(), a.items.end(), b.items.begin(),
                      b.items.end(), is_same);
  }
  return a.entries.size() == b.entries.size() &&
         std::all_of(a.entries.begin(), a.entries.end(),
                     [&](const Node::Entry& entry) {
                       const Node* twin = b.find(entry.key);
                       return twin && is_same(entry.value, *twin);
                     });
}

class Merger {
 public:
  explicit Merger(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void merge_map(Node& base, const Node& layer, const std::string& section) {
    base.file = layer.file;
    base.line = layer.line;
    base.column = layer.column;
    // `key`, then `key+`, then `key-`, whatever their order in the file.
    for (const Node::Entry& entry : layer.entries) {
      if (suffix(entry, section) == '\0') set(base, entry, section);
    }
    for (const Node::Entry& entry : layer.entries) {
      if (suffix(entry, section) == '+') append(base, entry, section);
    }
    for (const Node::Entry& entry : layer.entries) {
      if (suffix(entry, section) == '-') remove(base, entry, section);
    }
  }

 private:
  /// '+', '-', or 0. Keys of the user's own have none.
  static char suffix(const Node::Entry& entry, const std::string& section) {
    if (section.empty() && entry.key.starts_with("x-")) return '\0';
    char last = entry.key.empty() ? '\0' : entry.key.back();
    return last == '+' || last == '-' ? last : '\0';
  }

  static std::string join(const std::string& section, std::string_view name) {
    return section.empty() ? std::string(name)
                           : fmt::format("{}.{}", section, name);
  }

  static Node::Entry& slot(Node& base, std::string_view name,
                           const Node::Entry& entry) {
    for (Node::Entry& old : base.entries) {
      if (old.key == name) return old;
    }
    base.entries.push_back(
        {std::string(name), entry.key_line, entry.key_column, {}});
    base.entries.back().value.file = entry.value.file;
    return base.entries.back();
  }

  void set(Node& base, const Node::Entry& entry, const std::string& section) {
    Node::Entry& target = slot(base, entry.key, entry);
    target.key_line = entry.key_line;
    target.key_column = entry.key_column;
    if (!entry.value.is_map()) {
      target.value = entry.value;
      return;
    }
    if (!target.value.is_map()) {
      target.value = Node{};
      target.value.kind = Node::Kind::kMap;
    }
    merge_map(target.value, entry.value, join(section, entry.key));
  }

  /// The list that a suffix changes; nullptr after a complaint.
  Node* list_for(Node& base, const Node::Entry& entry,
                 const std::string& section) {
    std::string_view name(entry.key);
    name.remove_suffix(1);
    std::string path = join(section, name);
    if (!entry.value.is_sequence()) {
      complain(entry.value,
               fmt::format("{} must be a list, not {}",
                           join(section, entry.key), entry.value.kind_name()));
      return nullptr;
    }
    const Key* key = find_key(path);
    if (key && key->type != Type::kTexts && key->type != Type::kList) {
      complain(entry.value, fmt::format("{} changes a list, but {} is {}",
                                        join(section, entry.key), path,
                                        type_name(key->type)));
      return nullptr;
    }
    bool is_new = !base.find(name);
    Node& list = slot(base, name, entry).value;
    if (is_new) list = default_list(key, entry.value);
    if (!list.is_sequence()) {
      complain(entry.value,
               fmt::format("{} changes a list, but {} is {}",
                           join(section, entry.key), path, list.kind_name()));
      return nullptr;
    }
    list.file = entry.value.file;
    list.line = entry.value.line;
    list.column = entry.value.column;
    return &list;
  }

  static Node default_list(const Key* key, const Node& place) {
    Node list;
    list.kind = Node::Kind::kSequence;
    if (!key) return list;
    for (const std::string& text : key->default_value.texts()) {
      Node item;
      item.text = text;
      item.quoted = true;
      item.file = place.file;
      item.line = place.line;
      item.column = place.column;
      list.items.push_back(std::move(item));
    }
    return list;
  }

  void append(Node& base, const Node::Entry& entry,
              const std::string& section) {
    if (Node* list = list_for(base, entry, section)) {
      list->items.insert(list->items.end(), entry.value.items.begin(),
                         entry.value.items.end());
    }
  }

  void remove(Node& base, const Node::Entry& entry,
              const std::string& section) {
    Node* list = list_for(base, entry, section);
    if (!list) return;
    for (const Node& unwanted : entry.value.items) {
      auto gone = [&](const Node& item) { return is_same(item, unwanted); };
      if (std::erase_if(list->items, gone) > 0) continue;
      std::vector<std::string> texts;
      for (const Node& item : list->items) {
        if (item.is_scalar()) texts.push_back(item.text);
      }
      std::string shown = unwanted.is_scalar()
                              ? unwanted.text
                              : yaml::write_flow(yaml::to_data(unwanted));
      diagnostics_.add(
          "settings.merge", unwanted.pos(),
          fmt::format("{} has no item {} to remove",
                      join(section, std::string_view(entry.key).substr(
                                        0, entry.key.size() - 1)),
                      shown),
          unwanted.is_scalar() ? text::did_you_mean(unwanted.text, texts) : "");
    }
  }

  void complain(const Node& node, std::string message) {
    diagnostics_.add("settings.merge", node.pos(), std::move(message),
                     "key+ appends to a list, key- removes from it");
  }

  Diagnostics& diagnostics_;
};

}  // namespace

void merge(Node& base, const Node& layer, Diagnostics& diagnostics) {
  Merger(diagnostics).merge_map(base, layer, "");
}

}  // namespace manage::settings
