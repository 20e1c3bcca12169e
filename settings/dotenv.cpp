#include "settings/dotenv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/text.hpp"

namespace manage::settings {

namespace {

constexpr std::string_view kBlank = " \t";

bool is_name(std::string_view text) {
  auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && !is_digit(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter(c) || is_digit(c); });
}

/// What may stand behind a closing quote.
bool is_comment_or_nothing(std::string_view rest) {
  std::string_view trimmed = text::trim(rest);
  return trimmed.empty() ||
         (trimmed.front() == '#' && kBlank.find(rest.front()) != kBlank.npos);
}

std::optional<std::string> single_quoted(std::string_view text) {
  std::size_t end = text.find('\'', 1);
  if (end == std::string_view::npos) return std::nullopt;
  if (!is_comment_or_nothing(text.substr(end + 1))) return std::nullopt;
  return std::string(text.substr(1, end - 1));
}

std::optional<std::string> double_quoted(std::string_view text) {
  constexpr std::string_view kEscaped = "ntr\"\\$";
  constexpr std::string_view kMeaning = "\n\t\r\"\\$";
  std::string value;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '"') {
      if (!is_comment_or_nothing(text.substr(at + 1))) return std::nullopt;
      return value;
    }
    if (text[at] != '\\') {
      value += text[at];
      continue;
    }
    if (++at == text.size()) break;
    std::size_t escape = kEscaped.find(text[at]);
    if (escape == std::string_view::npos) return std::nullopt;
    value += kMeaning[escape];
  }
  return std::nullopt;
}

std::string plain(std::string_view text) {
  if (text.starts_with('#')) return {};
  for (std::size_t at = text.find('#'); at != std::string_view::npos;
       at = text.find('#', at + 1)) {
    if (kBlank.find(text[at - 1]) == std::string_view::npos) continue;
    return std::string(text::trim(text.substr(0, at)));
  }
  return std::string(text);
}

}  // namespace

std::map<std::string, DotenvEntry> parse_dotenv(const SourceFile& file,
                                                Diagnostics& diagnostics) {
  std::map<std::string, DotenvEntry> entries;
  int number = 0;
  for (const std::string& line : text::split(file.text(), '\n')) {
    ++number;
    std::string_view rest = text::trim(line);
    if (rest.empty() || rest.front() == '#') continue;
    auto complain = [&](std::string message, std::string hint) {
      diagnostics.add("settings.dotenv", {file.shared_from_this(), number, 0},
                      std::move(message), std::move(hint));
    };
    constexpr std::string_view kExport = "export ";
    if (rest.starts_with(kExport)) rest.remove_prefix(kExport.size());
    std::size_t equals = rest.find('=');
    std::string_view name = text::trim(rest.substr(0, equals));
    if (equals == std::string_view::npos || !is_name(name)) {
      complain("a line must be NAME=value", "comments begin with #");
      continue;
    }
    std::string_view value = text::trim(rest.substr(equals + 1));
    std::optional<std::string> read;
    if (value.starts_with('\'')) {
      read = single_quoted(value);
    } else if (value.starts_with('"')) {
      read = double_quoted(value);
    } else {
      read = plain(value);
    }
    if (read && text::invalid_utf8(*read)) {
      complain(fmt::format("the value of {} is not valid UTF-8", name), "");
      continue;
    }
    if (!read) {
      complain(fmt::format("the value of {} is not quoted properly", name),
               "in double quotes, write \\\" for a quote and \\\\ for a "
               "backslash; in single quotes everything stands for itself");
      continue;
    }
    entries[std::string(name)] = {std::move(*read), number};
  }
  return entries;
}

}  // namespace manage::settings
