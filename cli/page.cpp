#include "cli/page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/style.hpp"
#include "core/text.hpp"

namespace manage::cli {

namespace {

constexpr std::size_t kMaxTermWidth = 30;
constexpr std::size_t kLineWidth = 80;

/// `text` in lines that end before kLineWidth, all but the first indented.
std::string wrapped(const std::string& text, std::size_t indent) {
  std::string out;
  std::size_t column = indent;
  for (const std::string& word : text::split(text, ' ')) {
    std::size_t length = text::length(word);
    if (column > indent && column + 1 + length > kLineWidth) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += length;
  }
  return out;
}

std::string definition_list(const std::vector<Definition>& definitions) {
  std::size_t width = 0;
  for (const Definition& definition : definitions) {
    std::size_t length = text::length(definition.term);
    if (length <= kMaxTermWidth) width = std::max(width, length);
  }
  std::string out;
  for (const Definition& definition : definitions) {
    if (definition.meaning.empty()) {
      out += fmt::format("  {}\n", definition.term);
      continue;
    }
    if (text::length(definition.term) > width) {
      out += fmt::format("  {}\n  {}", definition.term, padded("", width));
    } else {
      out += fmt::format("  {}", padded(definition.term, width));
    }
    out += fmt::format("  {}\n", wrapped(definition.meaning, width + 4));
  }
  return out;
}

/// Between the parts of a section stands an empty line.
void add_part(std::string& section, const std::string& part) {
  if (part.empty()) return;
  if (!section.empty()) section += "\n";
  section += part;
}

std::string section_text(const Section& section, bool color) {
  std::size_t indent = section.title.empty() ? 0 : 2;
  std::string body;
  for (const std::string& paragraph : section.paragraphs) {
    add_part(body,
             std::string(indent, ' ') + wrapped(paragraph, indent) + "\n");
  }
  std::string code;
  for (const std::string& line : text::split(section.code, '\n')) {
    if (!section.code.empty())
      code += line.empty() ? "\n" : "    " + line + "\n";
  }
  add_part(body, code);
  add_part(body, definition_list(section.definitions));
  std::string title = section.title.empty()
                          ? ""
                          : paint(section.title, Style::kStrong, color) + "\n";
  return "\n" + title + body;
}

}  // namespace

std::string page_text(const Page& page, bool color) {
  std::string text = page.summary + "\n";
  if (!page.usage.empty()) text += fmt::format("\nUsage: {}\n", page.usage);
  for (const Section& section : page.sections) {
    text += section_text(section, color);
  }
  return text;
}

Document page_document(const Page& page) {
  DataList sections;
  for (const Section& section : page.sections) {
    DataList definitions;
    for (const Definition& definition : section.definitions) {
      definitions.emplace_back(
          Document{{"term", std::string(text::trim(definition.term))},
                   {"meaning", definition.meaning}});
    }
    sections.emplace_back(Document{{"title", section.title},
                                   {"paragraphs", section.paragraphs},
                                   {"code", section.code},
                                   {"definitions", std::move(definitions)}});
  }
  return {{"name", page.name},
          {"summary", page.summary},
          {"usage", page.usage},
          {"sections", std::move(sections)}};
}

}  // namespace manage::cli
