#include "core/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace manage {

std::string_view SourceFile::line(int number) const {
  std::string_view rest = text_;
  for (int at = 1; at < number; ++at) {
    std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  std::string_view found = rest.substr(0, rest.find('\n'));
  if (!found.empty() && found.back() == '\r') found.remove_suffix(1);
  return number >= 1 ? found : std::string_view{};
}

std::string SourcePos::text() const {
  if (!file) return {};
  if (line == 0) return file->name();
  if (column == 0) return fmt::format("{}:{}", file->name(), line);
  return fmt::format("{}:{}:{}", file->name(), line, column);
}

Error::Error(std::string code, std::string message) {
  diagnostics_.push_back({std::move(code), std::move(message), {}, {}});
  refresh();
}

Error::Error(std::vector<Diagnostic> diagnostics)
    : diagnostics_(std::move(diagnostics)) {
  refresh();
}

Error& Error::at(SourcePos where) {
  diagnostics_.front().where = std::move(where);
  refresh();
  return *this;
}

Error& Error::hint(std::string hint) {
  diagnostics_.front().hint = std::move(hint);
  return *this;
}

Error& Error::exit(ExitCode code) {
  exit_code_ = code;
  return *this;
}

void Error::refresh() {
  const Diagnostic& first = diagnostics_.front();
  what_ =
      first.where ? first.where.text() + ": " + first.message : first.message;
}

Error usage_error(std::string message, std::string hint) {
  return Error("usage", std::move(message))
      .hint(std::move(hint))
      .exit(ExitCode::kUsage);
}

void Diagnostics::add(std::string code, SourcePos where, std::string message,
                      std::string hint) {
  all_.push_back(
      {std::move(code), std::move(message), std::move(where), std::move(hint)});
}

void Diagnostics::add(const Error& error) {
  all_.insert(all_.end(), error.diagnostics().begin(),
              error.diagnostics().end());
}

void Diagnostics::throw_if_any() const {
  if (all_.empty()) return;
  std::vector<Diagnostic> first(
      all_.begin(),
      all_.begin() + static_cast<std::ptrdiff_t>(std::min(all_.size(), kMax)));
  if (all_.size() > kMax) {
    first.push_back(
        {"more",
         fmt::format("and {} more of the same kind", all_.size() - kMax),
         {},
         {}});
  }
  throw Error(std::move(first));
}

}  // namespace manage
