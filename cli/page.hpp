// A page of help as data, from which text, JSON and man pages are made.
#pragma once

#include <string>
#include <vector>

#include "core/document.hpp"

namespace manage::cli {

/// A term and what it means; long terms get a line of their own.
struct Definition {
  std::string term;
  std::string meaning;
  /// What only a man page adds, a sentence or more.
  std::string details = {};
};

/// Whatever it has of these, in this order.
struct Section {
  std::string title;
  std::vector<std::string> paragraphs = {};
  std::string code = {};  ///< lines shown as they are
  std::vector<Definition> definitions = {};
};

struct Page {
  std::string name;     ///< "migrate"
  std::string summary;  ///< one line, no full stop
  std::string usage = {};
  std::vector<Section> sections = {};
};

/// At most 80 columns wide, whatever the terminal, so that help can be compared
/// and quoted.
std::string page_text(const Page& page, bool color);

/// {"name", "summary", "usage", "sections": [{"title", "paragraphs", "code",
/// "definitions": [{"term", "meaning"}]}]}.
Document page_document(const Page& page);

}  // namespace manage::cli
