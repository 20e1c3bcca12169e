#include "core/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace manage {

namespace {

constexpr std::string_view kLevels = "DIWEC";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_lower(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }

bool is_error(const Diagnostic& issue) { return issue.level >= Level::kError; }

/// An entry whose time is over, or that names an error.
std::optional<Diagnostic> doubt(const Silence& entry, const Diagnostics& found,
                                Date today) {
  const std::vector<Diagnostic>& all = found.all();
  auto named = std::find_if(
      all.begin(), all.end(),
      [&](const Diagnostic& issue) { return issue.code == entry.id; });
  if (named == all.end()) return std::nullopt;
  Diagnostic warning;
  warning.where = entry.where;
  warning.level = Level::kWarning;
  if (entry.until && *entry.until < today) {
    warning.code = "manage.W001";
    warning.message = fmt::format("{} was silenced until {} only", entry.id,
                                  entry.until->text());
    if (!entry.reason.empty()) {
      warning.message += fmt::format(" ({})", entry.reason);
    }
    warning.hint = "mend what it names, or give a later day";
    return warning;
  }
  if (!is_error(*named)) return std::nullopt;
  warning.code = "manage.W002";
  warning.message =
      fmt::format("{} is an error and cannot be silenced", entry.id);
  warning.hint = "take it out of silenced_system_checks";
  return warning;
}

}  // namespace

void CheckList::add(std::string tag, CheckFunction run) {
  checks_.push_back({std::move(tag), std::move(run)});
}

void CheckList::add_deploy(std::string tag, CheckFunction run) {
  checks_.push_back({std::move(tag), std::move(run), true});
}

std::vector<std::string> CheckList::tags(bool deploy) const {
  std::set<std::string> tags;
  for (const Check& check : checks_) {
    if (deploy || !check.deploy) tags.insert(check.tag);
  }
  return {tags.begin(), tags.end()};
}

Diagnostics CheckList::run(const CheckSelection& selection) const {
  Diagnostics found;
  for (const Check& check : checks_) {
    const std::vector<std::string>& tags = selection.tags;
    bool chosen = tags.empty() ||
                  std::find(tags.begin(), tags.end(), check.tag) != tags.end();
    if (chosen && (selection.deploy || !check.deploy)) check.run(found);
  }
  return found;
}

bool is_check_id(std::string_view text) {
  std::size_t dot = text.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  std::string_view name = text.substr(0, dot);
  std::string_view number = text.substr(dot + 1);
  if (!std::all_of(name.begin(), name.end(),
                   [](char c) { return is_lower(c) || is_digit(c); })) {
    return false;
  }
  return number.size() == 4 &&
         kLevels.find(number[0]) != std::string_view::npos &&
         std::all_of(number.begin() + 1, number.end(), is_digit);
}

std::size_t CheckReport::count(Level level) const {
  return static_cast<std::size_t>(std::count_if(
      issues.begin(), issues.end(),
      [&](const Diagnostic& issue) { return issue.level == level; }));
}

bool CheckReport::reaches(Level level) const {
  return std::any_of(
      issues.begin(), issues.end(),
      [&](const Diagnostic& issue) { return issue.level >= level; });
}

CheckReport silence(const Diagnostics& found,
                    const std::vector<Silence>& silences, Date today) {
  CheckReport report;
  std::set<std::string_view> silent;
  for (const Silence& entry : silences) {
    if (!entry.until || *entry.until >= today) silent.insert(entry.id);
    if (auto warning = doubt(entry, found, today)) {
      report.issues.push_back(std::move(*warning));
    }
  }
  for (const Diagnostic& issue : found.all()) {
    if (!is_error(issue) && silent.count(issue.code) > 0) {
      ++report.silenced;
    } else {
      report.issues.push_back(issue);
    }
  }
  std::stable_sort(report.issues.begin(), report.issues.end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return a.level > b.level;
                   });
  return report;
}

}  // namespace manage
