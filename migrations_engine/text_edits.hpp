// Changes of single words in files that people wrote: everything around them
// stays as it is.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/source.hpp"

namespace manage::migrations_engine {

class TextEdits {
 public:
  /// Replaces the scalar `from` at that place, quoted or not. Throws Error
  /// "migrations.rebase" if it stands there in another spelling.
  void replace(const std::filesystem::path& path, const SourcePos& pos,
               std::string_view from, std::string_view to);
  /// The new text of each file, by path.
  std::map<std::filesystem::path, std::string> texts() const;

 private:
  struct Edit {
    std::size_t offset;
    std::size_t length;
    std::string to;
  };
  struct File {
    std::shared_ptr<const SourceFile> source;
    std::vector<Edit> edits;
  };
  std::map<std::filesystem::path, File> files_;
};

}  // namespace manage::migrations_engine
