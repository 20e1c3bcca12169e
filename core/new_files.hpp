// New files that belong together: all of them are written, or none.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace manage {

struct NewFile {
  std::string path;  ///< relative to the common folder
  std::string text;
};

/// Writes the files below `folder`, making the folders they need. Nothing is
/// ever replaced: throws Error "file.exists" naming all that are there, and
/// whatever stops it ("file.unwritable" too), what it made is gone again.
/// `before_each` may throw to stop it.
void write_new_files(const std::filesystem::path& folder,
                     const std::vector<NewFile>& files,
                     const std::function<void()>& before_each);

}  // namespace manage
