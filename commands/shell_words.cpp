#include "commands/shell_words.hpp"

#include <algorithm>

namespace manage::commands {

namespace fs = std::filesystem;

std::vector<std::string> file_words(const fs::path& here,
                                    std::string_view typed) {
  const std::size_t slash = typed.rfind('/');
  const std::string folder(
      typed.substr(0, slash == std::string_view::npos ? 0 : slash + 1));
  std::vector<std::string> found;
  std::error_code none;
  for (fs::directory_iterator at(here / folder, none), end; at != end;
       at.increment(none)) {
    const std::string name = at->path().filename().string();
    const bool hidden = name.starts_with('.') && folder.size() == typed.size();
    // What would write something else to the terminal nobody types either.
    const bool shown = std::none_of(name.begin(), name.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    if (hidden || !shown) continue;
    found.push_back(folder + name + (at->is_directory(none) ? "/" : ""));
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::string> model_words(const orm::ModelSet& models) {
  std::vector<std::string> words;
  for (const auto& [key, model] : models.all()) {
    words.push_back(model->label());
    words.push_back(model->name);
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

}  // namespace manage::commands
