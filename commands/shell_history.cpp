#include "commands/shell_history.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
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

}  // namespace

std::vector<std::string> ShellHistory::load() const {
  std::vector<std::string> entries;
  if (file_.empty()) return entries;
  std::ifstream stream(file_, std::ios::binary);
  for (std::string line; std::getline(stream, line);) {
    const auto entry = nlohmann::json::parse(line, nullptr, false);
    if (entry.is_string()) entries.push_back(entry.get<std::string>());
  }
  return entries;
}

void ShellHistory::append(const std::string& entry) const {
  if (file_.empty() || has_secret(entry)) return;
  std::error_code ignored;
  std::filesystem::create_directories(file_.parent_path(), ignored);
  const int file =
      ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return;
  const std::string line =
      nlohmann::json(entry).dump(-1, ' ', false,
                                 nlohmann::json::error_handler_t::replace) +
      "\n";
  // One write at the end of the file: two shells do not disturb each other.
  [[maybe_unused]] const ssize_t written =
      ::write(file, line.data(), line.size());
  ::close(file);
}

}  // namespace manage::commands
