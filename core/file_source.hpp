// Where the files of an app come from: a folder, or data inside the binary.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/source.hpp"

namespace manage {

class FileSource {
 public:
  virtual ~FileSource() = default;
  /// The file at `path` relative to the source ("models.yaml",
  /// "migrations/0001_initial.yaml"); nullptr if there is none. Throws Error
  /// "file.unreadable".
  virtual std::shared_ptr<const SourceFile> read(
      std::string_view path) const = 0;
  /// Names of the regular files directly in the folder `path`, sorted; empty
  /// if there is no such folder.
  virtual std::vector<std::string> list(std::string_view path) const = 0;
  /// The folder that new files are written to; nullopt for embedded data.
  virtual std::optional<std::filesystem::path> folder() const = 0;
};

/// Files below `folder`; messages show `shown` + "/" + the relative path.
std::shared_ptr<const FileSource> folder_source(std::filesystem::path folder,
                                                std::string shown);

}  // namespace manage
