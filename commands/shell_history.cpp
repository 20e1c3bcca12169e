#include "commands/shell_history.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.hpp"

namespace manage::commands {

namespace {

bool has_secret(const std::string& entry) {
  const std::string lower = text::lower(entry);
  for (const char* word :
       {"password", "passwd", "secret", "token", "api_key"}) {
    if (lower.find(word) != std::string::npos) return true;
  }
  return false;
}

/// While it lives, no other shell reads or writes the file. One that cannot be
/// opened is empty, and keeps nothing.
class LockedFile {
 public:
  explicit LockedFile(const std::filesystem::path& path, int create = 0)
      : file_(::open(path.c_str(), O_RDWR | O_APPEND | O_CLOEXEC | create,
                     0600)) {
    if (file_ >= 0) ::flock(file_, LOCK_EX);
  }
  LockedFile(const LockedFile&) = delete;
  LockedFile& operator=(const LockedFile&) = delete;
  ~LockedFile() {
    if (file_ >= 0) ::close(file_);
  }

  std::string read() const {
    std::string text;
    char bytes[16 * 1024];
    ssize_t count = 0;
    while (file_ >= 0 && (count = ::read(file_, bytes, sizeof bytes)) > 0) {
      text.append(bytes, static_cast<std::size_t>(count));
    }
    return text;
  }
  /// REQUIRES: shorter than what there is, so that it has its place.
  void shorten(const std::string& text) const {
    const auto size = static_cast<ssize_t>(text.size());
    // Of a file opened for appending, pwrite would append.
    ::fcntl(file_, F_SETFL, 0);
    if (::pwrite(file_, text.data(), text.size(), 0) != size) return;
    [[maybe_unused]] const int cut = ::ftruncate(file_, size);
  }
  void append(const std::string& line) const {
    if (file_ < 0) return;
    [[maybe_unused]] const ssize_t written =
        ::write(file_, line.data(), line.size());
  }

 private:
  int file_;
};

}  // namespace

std::vector<std::string> ShellHistory::load(std::size_t most) const {
  std::vector<std::string> entries;
  const LockedFile file(file_);
  std::vector<std::string> lines;
  for (std::string& line : text::split(file.read(), '\n')) {
    const auto entry = nlohmann::json::parse(line, nullptr, false);
    if (!entry.is_string()) continue;
    entries.push_back(entry.get<std::string>());
    lines.push_back(std::move(line));
  }
  const std::size_t older = entries.size() - std::min(entries.size(), most);
  const auto begin = static_cast<std::ptrdiff_t>(older);
  if (older > most) {
    lines.erase(lines.begin(), lines.begin() + begin);
    file.shorten(text::join(lines, "\n") + "\n");
  }
  entries.erase(entries.begin(), entries.begin() + begin);
  return entries;
}

void ShellHistory::append(const std::string& entry) const {
  if (file_.empty() || has_secret(entry)) return;
  std::error_code ignored;
  std::filesystem::create_directories(file_.parent_path(), ignored);
  LockedFile(file_, O_CREAT)
      .append(nlohmann::json(entry).dump(
                  -1, ' ', false, nlohmann::json::error_handler_t::replace) +
              "\n");
}

}  // namespace manage::commands
