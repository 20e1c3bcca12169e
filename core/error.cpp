#include "core/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace manage {

namespace {

bool is_error(const Diagnostic& diagnostic) {
  return diagnostic.level >= Level::kError;
}

}  // namespace

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

void Diagnostics::warn(std::string code, SourcePos where, std::string message,
                       std::string hint) {
  add(std::move(code), std::move(where), std::move(message), std::move(hint));
  all_.back().level = Level::kWarning;
}

void Diagnostics::add(const Error& error) {
  all_.insert(all_.end(), error.diagnostics().begin(),
              error.diagnostics().end());
}

void Diagnostics::add(const Diagnostics& others) {
  all_.insert(all_.end(), others.all_.begin(), others.all_.end());
}

bool Diagnostics::has_errors() const {
  return std::any_of(all_.begin(), all_.end(), is_error);
}

void Diagnostics::throw_if_errors() const {
  std::vector<Diagnostic> errors;
  std::copy_if(all_.begin(), all_.end(), std::back_inserter(errors), is_error);
  if (errors.empty()) return;
  if (errors.size() > kMax) {
    const std::size_t more = errors.size() - kMax;
    errors.resize(kMax);
    errors.push_back(
        {"more", fmt::format("and {} more of the same kind", more), {}, {}});
  }
  throw Error(std::move(errors));
}

}  // namespace manage
