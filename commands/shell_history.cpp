#include "commands/shell_history.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
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

std::vector<std::string> ShellHistory::load(std::size_t most) const {
  std::vector<std::string> entries;
  std::vector<std::string> lines;
  if (file_.empty()) return entries;
  std::ifstream stream(file_, std::ios::binary);
  for (std::string line; std::getline(stream, line);) {
    const auto entry = nlohmann::json::parse(line, nullptr, false);
    if (!entry.is_string()) continue;
    entries.push_back(entry.get<std::string>());
    lines.push_back(std::move(line));
  }
  const std::size_t older = entries.size() - std::min(entries.size(), most);
  if (older > most) {
    lines.erase(lines.begin(), lines.begin() + static_cast<long>(older));
    replace(lines);
  }
  entries.erase(entries.begin(), entries.begin() + static_cast<long>(older));
  return entries;
}

void ShellHistory::replace(const std::vector<std::string>& lines) const {
  std::string name = file_.string() + ".XXXXXX";
  const int file = ::mkostemp(name.data(), O_CLOEXEC);  // of mode 0600
  if (file < 0) return;
  const std::string text = text::join(lines, "\n") + "\n";
  const bool whole = ::write(file, text.data(), text.size()) ==
                     static_cast<ssize_t>(text.size());
  ::close(file);
  if (!whole || ::rename(name.c_str(), file_.c_str()) != 0) {
    ::unlink(name.c_str());
  }
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
