// The files of the built-in apps, inside the binary. They are texts of the
// program's read-only data: nothing is copied or parsed before it is asked for.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/file_source.hpp"

namespace manage::contrib {

struct EmbeddedFile {
  std::string_view path;  ///< "auth/models.yaml"
  std::string_view text;
};

/// Sorted by path. The build makes it of contrib/*/*.yaml (embed_files.cmake).
std::span<const EmbeddedFile> embedded_files();

/// The files below `app`; messages show "contrib/auth/models.yaml".
std::shared_ptr<const FileSource> embedded_source(std::string app);

}  // namespace manage::contrib
