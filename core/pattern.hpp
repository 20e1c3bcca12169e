// Regular expressions, in Perl's syntax (PCRE2), with limits: a pattern from
// outside cannot hang or exhaust the process.
#pragma once

#include <memory>
#include <string_view>

namespace manage {

class Pattern {
 public:
  /// Of UTF-8. Throws Error "pattern.syntax" with the place of what is wrong.
  explicit Pattern(std::string_view text);
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  ~Pattern();

  /// Whether it is found anywhere in the text. Throws Error "pattern.limit"
  /// where looking for it would take too long, "pattern.text" for what is no
  /// UTF-8.
  bool search(std::string_view text) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace manage
