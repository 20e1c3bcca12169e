#include "core/new_files.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/file.hpp"
#include "core/text.hpp"

namespace manage {

namespace fs = std::filesystem;

namespace {

/// What was made so far; gone at the end unless it is kept.
class Made {
 public:
  Made() = default;
  Made(const Made&) = delete;
  Made& operator=(const Made&) = delete;
  ~Made() {
    std::error_code ignored;  // somebody else's file may be in a folder by now
    for (auto path = paths_.rbegin(); path != paths_.rend(); ++path) {
      fs::remove(*path, ignored);
    }
  }

  void folder(const fs::path& path) {
    if (path.empty() || fs::is_directory(path)) return;
    folder(path.parent_path());
    std::error_code error;
    if (fs::create_directory(path, error)) {
      paths_.push_back(path);
    } else if (error) {
      throw Error("file.unwritable",
                  fmt::format("cannot make the folder {}: {}", path.string(),
                              error.message()));
    }
  }

  void file(const fs::path& path, const std::string& text) {
    write_new_file(path, text);
    paths_.push_back(path);
  }

  void keep() { paths_.clear(); }

 private:
  std::vector<fs::path> paths_;
};

void check_free(const fs::path& folder, const std::vector<NewFile>& files) {
  std::vector<std::string> taken;
  for (const NewFile& file : files) {
    if (fs::exists(fs::symlink_status(folder / file.path))) {
      taken.push_back(file.path);
    }
  }
  if (taken.empty()) return;
  throw Error("file.exists", fmt::format("{} has {} already", folder.string(),
                                         text::join(taken, ", ")))
      .hint("nothing was written; choose another folder, or move that away");
}

}  // namespace

void write_new_files(const fs::path& folder, const std::vector<NewFile>& files,
                     const std::function<void()>& before_each) {
  try {
    check_free(folder, files);
    Made made;
    for (const NewFile& file : files) {
      before_each();
      fs::path path = folder / file.path;
      made.folder(path.parent_path());
      made.file(path, file.text);
    }
    made.keep();
  } catch (const fs::filesystem_error& error) {
    throw Error("file.unwritable",
                fmt::format("cannot write below {}: {}", folder.string(),
                            error.code().message()));
  }
}

}  // namespace manage
