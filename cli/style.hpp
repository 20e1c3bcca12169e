// Text for people: colours, and characters that are safe to show.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace manage::cli {

enum class Style { kPlain, kStrong, kDim, kGood, kWarning, kBad, kNote };

/// A piece of a line.
struct Span {
  Span(std::string text, Style style = Style::kPlain)
      : text(std::move(text)), style(style) {}
  Span(std::string_view text, Style style = Style::kPlain)
      : text(text), style(style) {}
  Span(const char* text, Style style = Style::kPlain)
      : text(text), style(style) {}

  std::string text;
  Style style;
};

/// With the terminal's codes around it if `color`.
std::string paint(std::string_view text, Style style, bool color);

/// One code point for each code point, none of which can steer a terminal:
/// control characters become their pictures (␛), bytes that are not UTF-8 and
/// characters that change the direction of text become U+FFFD. Tabs stay; line
/// ends too if `lines`.
std::string safe(std::string_view text, bool lines = false);

/// The text, and spaces up to `width` characters.
std::string padded(std::string_view text, std::size_t width);

}  // namespace manage::cli
