// Files: reading and writing with errors that say what to do.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace manage {

/// The whole file. `shown` is the name that messages use. Throws Error
/// "file.missing", "file.unreadable" or "file.too-large".
std::shared_ptr<const SourceFile> read_source(const std::filesystem::path& path,
                                              std::string shown,
                                              std::uintmax_t max_bytes = 16u
                                                                         << 20);

/// Writes a temporary file beside `path`, syncs it and renames it into place,
/// so that a crash or a full disk leaves the old file or the new one, never
/// half. Throws Error "file.unwritable".
void write_file_atomic(const std::filesystem::path& path,
                       std::string_view bytes);

/// As write_file_atomic, but throws Error "file.exists" instead of replacing a
/// file, also when another process was faster.
void write_new_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace manage
