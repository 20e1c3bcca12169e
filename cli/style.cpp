#include "cli/style.hpp"

#include <fmt/format.h>

#include "core/text.hpp"

namespace manage::cli {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

std::string_view code_of(Style style) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kStrong:
      return "1";
    case Style::kDim:
      return "2";
    case Style::kGood:
      return "32";
    case Style::kWarning:
      return "33";
    case Style::kBad:
      return "1;31";
    case Style::kNote:
      return "36";
  }
  return "";
}

/// The bytes of the character at the start: its lead byte and what continues
/// it. REQUIRES: valid UTF-8.
std::size_t character_size(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() &&
         (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) {
    ++size;
  }
  return size;
}

/// C1 controls, and the marks that reorder what follows them.
bool misleads(std::string_view character) {
  if (character.size() == 2) {
    return character[0] == '\xC2' &&
           static_cast<unsigned char>(character[1]) < 0xA0;
  }
  if (character.size() != 3 || character[0] != '\xE2') return false;
  auto last = static_cast<unsigned char>(character[2]);
  bool embedding = character[1] == '\x80' && last >= 0xAA && last <= 0xAE;
  bool isolate = character[1] == '\x81' && last >= 0xA6 && last <= 0xA9;
  return embedding || isolate;
}

void append_safe(std::string& out, std::string_view character, bool lines) {
  auto byte = static_cast<unsigned char>(character[0]);
  bool kept = byte == '\t' || (byte == '\n' && lines);
  if (byte == 0x7F) {
    out += "\xE2\x90\xA1";  // U+2421
  } else if (byte < 0x20 && !kept) {
    out += "\xE2\x90";  // U+2400 to U+241F
    out += static_cast<char>(0x80 + byte);
  } else if (misleads(character)) {
    out += kReplacement;
  } else {
    out += character;
  }
}

}  // namespace

std::string paint(std::string_view text, Style style, bool color) {
  if (!color || style == Style::kPlain || text.empty()) {
    return std::string(text);
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code_of(style), text);
}

std::string safe(std::string_view text, bool lines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::size_t valid = text::invalid_utf8(text).value_or(text.size());
    std::string_view good = text.substr(0, valid);
    while (!good.empty()) {
      std::string_view character = good.substr(0, character_size(good));
      append_safe(out, character, lines);
      good.remove_prefix(character.size());
    }
    text.remove_prefix(valid);
    if (!text.empty()) {
      out += kReplacement;
      text.remove_prefix(1);
    }
  }
  return out;
}

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  std::size_t length = text::length(text);
  if (length < width) out.append(width - length, ' ');
  return out;
}

}  // namespace manage::cli
