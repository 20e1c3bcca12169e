// Files of scripts: open("reports/today.csv", "w").
//
// Only in the project's folder, the folders of the setting shell.files, and
// what a command's arguments of the types file and folder name: an accident
// stays in the house. A relative path is one of the working directory.
//
//   local file <close> = open("books.csv")      "r", "w", "a"
//   file:read("l" | "L" | "a" | n)   file:lines()   file:write(…) file:close()
//   for row in csv.rows("books.csv") do print(row.title) end
//   file:write(csv.line{"a", 1, NULL})
//
// Errors: "file.outside", "file.missing", "file.unreadable", "file.unwritable":
// they are raised, never returned, also by close().
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "scripting/lua.hpp"

namespace manage::scripting {

/// One that a script opened.
class OpenFile {
 public:
  OpenFile(const std::filesystem::path& path, std::string shown, char mode);
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile();

  /// Throws what could not be written. A second time nothing.
  void close();
  std::FILE* handle() const;  ///< throws once it is closed
  bool closed() const { return !file_; }
  const std::string& shown() const { return shown_; }

 private:
  std::string shown_;
  bool writes_;
  std::FILE* file_;
};

/// Where scripts may open files, and which are open.
class FileAccess {
 public:
  /// Relative paths are of that folder.
  void start_at(std::filesystem::path folder) { here_ = std::move(folder); }
  /// A folder with all in it, or a file, wherever links lead.
  void allow(const std::filesystem::path& path);
  /// Throws "file.outside".
  std::filesystem::path allowed(const std::string& path) const;

  std::shared_ptr<OpenFile> open(const std::string& path, char mode);
  /// Closes what is still open; throws what could not be written.
  void close_all();

 private:
  std::filesystem::path here_;
  std::vector<std::filesystem::path> roots_;
  /// Those that are written to, until they are closed: what cannot be written
  /// at last must be told.
  std::vector<std::shared_ptr<OpenFile>> open_;
};

template <>
inline constexpr const char* kClass<std::shared_ptr<OpenFile>> = "File";

/// The functions open and csv.
void define_files(lua_State* lua);

}  // namespace manage::scripting
