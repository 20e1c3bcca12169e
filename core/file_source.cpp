#include "core/file_source.hpp"

#include <algorithm>

#include "core/file.hpp"

namespace manage {

namespace {

class FolderSource : public FileSource {
 public:
  FolderSource(std::filesystem::path folder, std::string shown)
      : folder_(std::move(folder)), shown_(std::move(shown)) {}

  std::shared_ptr<const SourceFile> read(std::string_view path) const override {
    std::filesystem::path full = folder_ / path;
    std::error_code ignored;
    if (!std::filesystem::exists(full, ignored)) return nullptr;
    return read_source(full, shown_ + "/" + std::string(path));
  }

  std::vector<std::string> list(std::string_view path) const override {
    std::vector<std::string> names;
    std::error_code error;
    std::filesystem::directory_iterator entries(folder_ / path, error);
    for (; !error && entries != std::filesystem::directory_iterator();
         entries.increment(error)) {
      std::error_code ignored;
      if (entries->is_regular_file(ignored)) {
        names.push_back(entries->path().filename().string());
      }
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  std::optional<std::filesystem::path> folder() const override {
    return folder_;
  }

 private:
  std::filesystem::path folder_;
  std::string shown_;
};

}  // namespace

std::shared_ptr<const FileSource> folder_source(std::filesystem::path folder,
                                                std::string shown) {
  return std::make_shared<FolderSource>(std::move(folder), std::move(shown));
}

}  // namespace manage
