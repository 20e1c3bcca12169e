#include "cli/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "cli/secrets.hpp"
#include "cli/style.hpp"
#include "core/checks.hpp"
#include "core/text.hpp"

namespace manage::cli {

namespace {

constexpr std::size_t kMaxExcerpt = 120;  // characters of a source line
constexpr std::size_t kBefore = 60;       // of them before the caret
constexpr std::size_t kMaxAnnotations = 10;
constexpr std::string_view kCut = "…";

Style style_of(Level level) {
  if (level >= Level::kError) return Style::kBad;
  return level == Level::kWarning ? Style::kWarning : Style::kNote;
}

/// GitHub's name of a level.
std::string_view annotation_name(Level level) {
  if (level >= Level::kError) return "error";
  return level == Level::kWarning ? "warning" : "notice";
}

/// Whether lines of that file may hold a password: settings and .env files.
bool holds_secrets(std::string_view file) {
  return file.starts_with("settings/") ||
         file.find("/settings/") != std::string_view::npos ||
         file.ends_with(".env");
}

/// A source line as it is shown, and where the caret stands under it.
struct Excerpt {
  std::string line;
  std::size_t caret = 0;  ///< characters before it
};

Excerpt excerpt(const SourcePos& where) {
  std::string line = safe(where.file->line(where.line));
  if (holds_secrets(where.file->name())) line = without_secrets(line);
  std::size_t length = text::length(line);
  std::size_t caret = std::min<std::size_t>(
      static_cast<std::size_t>(std::max(where.column, 1)) - 1, length);
  if (length <= kMaxExcerpt) return {std::move(line), caret};
  std::size_t start = caret > kBefore ? caret - kBefore : 0;
  start = std::min(start, length - kMaxExcerpt);
  std::string_view rest(line);
  rest.remove_prefix(text::prefix(rest, start).size());
  std::string_view window = text::prefix(rest, kMaxExcerpt);
  bool cut_after = window.size() < rest.size();
  return {fmt::format("{}{}{}", start > 0 ? kCut : "", window,
                      cut_after ? kCut : ""),
          caret - start + (start > 0 ? 1 : 0)};
}

/// As wide as the first `count` characters of the line: its tabs, and spaces.
std::string blank(std::string_view line, std::size_t count) {
  std::string out;
  std::string_view before = text::prefix(line, count);
  while (!before.empty()) {
    std::string_view character = text::prefix(before, 1);
    out += character == "\t" ? '\t' : ' ';
    before.remove_prefix(character.size());
  }
  return out;
}

std::string render_place(const SourcePos& where, bool color) {
  std::string out = fmt::format("  {} {}\n", paint("-->", Style::kNote, color),
                                safe(where.text()));
  if (where.line == 0) return out;
  Excerpt found = excerpt(where);
  std::string number = fmt::format("{:4} | ", where.line);
  out += paint(number, Style::kNote, color) + found.line + "\n";
  if (where.column == 0) return out;
  out += paint("     | ", Style::kNote, color) +
         blank(found.line, found.caret) + paint("^", Style::kBad, color) + "\n";
  return out;
}

/// A message or hint as it may be shown.
std::string shown(std::string_view text) {
  return safe(without_url_passwords(text), true);
}

/// The message, with its id if that can be looked up and silenced.
std::string headline(const Diagnostic& diagnostic) {
  if (!is_check_id(diagnostic.code)) return shown(diagnostic.message);
  return fmt::format("{} ({})", shown(diagnostic.message), diagnostic.code);
}

/// Characters with a meaning in workflow commands.
std::string escaped(std::string_view raw, bool property) {
  std::string out = text::replace_all(std::string(raw), "%", "%25");
  out = text::replace_all(std::move(out), "\r", "%0D");
  out = text::replace_all(std::move(out), "\n", "%0A");
  if (!property) return out;
  out = text::replace_all(std::move(out), ":", "%3A");
  return text::replace_all(std::move(out), ",", "%2C");
}

std::string annotation(const Diagnostic& diagnostic,
                       const std::string& folder) {
  std::string place;
  const SourcePos& where = diagnostic.where;
  if (where) {
    std::filesystem::path file =
        std::filesystem::path(folder) / where.file->name();
    place = fmt::format(" file={}", escaped(file.string(), true));
    if (where.line > 0) place += fmt::format(",line={}", where.line);
    if (where.column > 0) place += fmt::format(",col={}", where.column);
  }
  std::string message = headline(diagnostic);
  if (!diagnostic.hint.empty()) message += "\nhint: " + shown(diagnostic.hint);
  return fmt::format("::{}{}::{}\n", annotation_name(diagnostic.level), place,
                     escaped(message, false));
}

}  // namespace

std::string_view level_name(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarning:
      return "warning";
    case Level::kError:
      return "error";
    case Level::kCritical:
      break;
  }
  return "critical";
}

std::string render(const Diagnostic& diagnostic, bool color) {
  std::string heading = fmt::format("{}:", level_name(diagnostic.level));
  std::string out =
      fmt::format("{} {}\n", paint(heading, style_of(diagnostic.level), color),
                  headline(diagnostic));
  if (diagnostic.where) out += render_place(diagnostic.where, color);
  if (!diagnostic.hint.empty()) {
    out += fmt::format("{} {}\n", paint("hint:", Style::kNote, color),
                       shown(diagnostic.hint));
  }
  return out;
}

std::string render(const std::vector<Diagnostic>& diagnostics, bool color) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (!out.empty()) out += '\n';
    // The count of those that were left out is no error itself.
    if (diagnostic.code == "more") {
      out += diagnostic.message + "\n";
      continue;
    }
    out += render(diagnostic, color);
  }
  return out;
}

Document to_document(const Diagnostic& diagnostic) {
  auto text_or_null = [](const std::string& text) {
    return text.empty() ? Data() : Data(shown(text));
  };
  return {{"code", diagnostic.code},
          {"message", shown(diagnostic.message)},
          {"where", text_or_null(diagnostic.where.text())},
          {"hint", text_or_null(diagnostic.hint)}};
}

std::string annotations(const std::vector<Diagnostic>& diagnostics,
                        const std::string& folder) {
  std::map<std::string_view, std::vector<const Diagnostic*>> kinds;
  for (const Diagnostic& diagnostic : diagnostics) {
    kinds[annotation_name(diagnostic.level)].push_back(&diagnostic);
  }
  std::string out;
  for (const auto& [name, some] : kinds) {
    std::size_t shown = some.size();
    if (shown > kMaxAnnotations) shown = kMaxAnnotations - 1;
    for (std::size_t i = 0; i < shown; ++i) {
      out += annotation(*some[i], folder);
    }
    if (shown < some.size()) {
      out += fmt::format("::{}::and {} more, see the log\n", name,
                         some.size() - shown);
    }
  }
  return out;
}

}  // namespace manage::cli
