// Histories in memory: migration files as short as they can be.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/text.hpp"
#include "project.hpp"

namespace manage::migrations_engine {

using Texts = std::vector<std::string>;

inline MigrationKey key(const std::string& text) {
  std::size_t dot = text.find('.');
  return {text.substr(0, dot), text.substr(dot + 1)};
}

inline std::set<MigrationKey> keys(const Texts& texts) {
  std::set<MigrationKey> found;
  for (const std::string& text : texts) found.insert(key(text));
  return found;
}

template <typename Keys>
Texts texts(const Keys& keys) {
  Texts found;
  for (const MigrationKey& one : keys) found.push_back(one.text());
  return found;
}

/// "[[a, '1'], [b, '2']]" from "a.1 b.2".
inline std::string pairs(const std::string& keys_text) {
  std::string list;
  for (const std::string& one : text::split(keys_text, ' ')) {
    if (one.empty()) continue;
    if (!list.empty()) list += ", ";
    list += "[" + key(one).app + ", " + key(one).name + "]";
  }
  return "[" + list + "]";
}

/// Migrations by "app.name", each written as "dependencies | replaces".
using History = std::vector<std::pair<std::string, std::string>>;

inline Files files_of(const History& history) {
  Files files;
  for (const auto& [name, text] : history) {
    Texts parts = text::split(text, '|');
    std::string file = "dependencies: " + pairs(parts[0]) + "\n";
    if (parts.size() > 1) file += "replaces: " + pairs(parts[1]) + "\n";
    file += "operations: []\n";
    MigrationKey made = key(name);
    files[made.app]["migrations/" + made.name + ".yaml"] = file;
  }
  return files;
}

/// What a Loader needs, kept alive with it.
class LoadedHistory {
 public:
  explicit LoadedHistory(const Files& files)
      : apps_(make_apps(files)), loader_(apps_, models_) {}
  explicit LoadedHistory(const History& history)
      : LoadedHistory(files_of(history)) {}
  LoadedHistory(const LoadedHistory&) = delete;
  LoadedHistory& operator=(const LoadedHistory&) = delete;

  Loader& operator*() { return loader_; }
  Loader* operator->() { return &loader_; }

 private:
  orm::Apps apps_;
  orm::ModelSet models_;
  Loader loader_;
};

}  // namespace manage::migrations_engine
