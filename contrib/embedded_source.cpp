#include "contrib/embedded_source.hpp"

namespace manage::contrib {

namespace {

class EmbeddedSource : public FileSource {
 public:
  explicit EmbeddedSource(std::string app) : folder_(std::move(app) + "/") {}

  std::shared_ptr<const SourceFile> read(std::string_view path) const override {
    const std::string full = folder_ + std::string(path);
    for (const EmbeddedFile& file : embedded_files()) {
      if (file.path == full) {
        return std::make_shared<SourceFile>("contrib/" + full,
                                            std::string(file.text));
      }
    }
    return nullptr;
  }

  std::vector<std::string> list(std::string_view path) const override {
    const std::string prefix = folder_ + std::string(path) + "/";
    std::vector<std::string> names;
    for (const EmbeddedFile& file : embedded_files()) {
      if (!file.path.starts_with(prefix)) continue;
      const std::string_view name = file.path.substr(prefix.size());
      if (name.find('/') == std::string_view::npos) names.emplace_back(name);
    }
    return names;
  }

  std::optional<std::filesystem::path> folder() const override {
    return std::nullopt;
  }

 private:
  std::string folder_;
};

}  // namespace

std::shared_ptr<const FileSource> embedded_source(std::string app) {
  return std::make_shared<EmbeddedSource>(std::move(app));
}

}  // namespace manage::contrib
