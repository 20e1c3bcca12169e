#include "migrations_engine/text_edits.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"

namespace manage::migrations_engine {

namespace {

/// The byte at which a place begins.
std::size_t offset_of(const SourcePos& pos) {
  const std::string& text = pos.file->text();
  std::size_t at = 0;
  for (int line = 1; line < pos.line; ++line) at = text.find('\n', at) + 1;
  for (int column = 1; column < pos.column; ++column) {
    ++at;
    // The rest of a character of several bytes.
    while (at < text.size() && (text[at] & 0xC0) == 0x80) ++at;
  }
  return at;
}

}  // namespace

void TextEdits::replace(const std::filesystem::path& path, const SourcePos& pos,
                        std::string_view from, std::string_view to) {
  const std::string& text = pos.file->text();
  std::size_t at = offset_of(pos);
  if (at < text.size() && (text[at] == '"' || text[at] == '\'')) ++at;
  if (text.compare(at, from.size(), from) != 0) {
    throw Error(
        "migrations.rebase",
        fmt::format("{} is written in a way that cannot be changed", from))
        .at(pos)
        .hint("write the name without escapes");
  }
  File& file = files_[path];
  file.source = pos.file;
  file.edits.push_back({at, from.size(), std::string(to)});
}

std::map<std::filesystem::path, std::string> TextEdits::texts() const {
  std::map<std::filesystem::path, std::string> texts;
  for (const auto& [path, file] : files_) {
    std::vector<Edit> edits = file.edits;
    std::sort(edits.begin(), edits.end(),
              [](const Edit& a, const Edit& b) { return a.offset > b.offset; });
    std::string text = file.source->text();
    for (const Edit& edit : edits) {
      text.replace(edit.offset, edit.length, edit.to);
    }
    texts[path] = std::move(text);
  }
  return texts;
}

}  // namespace manage::migrations_engine
