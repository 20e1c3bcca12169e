// Several changes of files that belong together: all are made, or none.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace manage::migrations_engine {

class FileChanges {
 public:
  /// A new file; its folder is made too. One that exists is an error.
  void create(std::filesystem::path path, std::string text);
  /// The file's new text, whether it exists or not.
  void write(std::filesystem::path path, std::string text);
  void remove(std::filesystem::path path);

  bool empty() const { return changes_.empty(); }

  /// Makes them in the order of the calls, but removes last, so that a crash
  /// loses nothing. When one fails, those before it are taken back and its
  /// Error is thrown ("file.exists", "file.unwritable", …).
  void apply() const;

 private:
  enum class Kind { kCreate, kWrite, kRemove };
  struct Change {
    Kind kind;
    std::filesystem::path path;
    std::string text;
  };
  static void make(const Change& change);

  std::vector<Change> changes_;
};

}  // namespace manage::migrations_engine
