// Questions to a person at a terminal.
//
// Without one (no terminal on standard input, CI set, --no-input) every
// question is a usage error, exit code 2, that names the option which answers
// it; so is the end of input.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/globals.hpp"
#include "cli/progress.hpp"
#include "cli/streams.hpp"

namespace manage::cli {

class Prompt {
 public:
  Prompt(const Globals& globals, Surroundings& surroundings,
         Progress& progress);

  /// Whether somebody can be asked at all.
  bool interactive() const { return interactive_; }

  // `answered_by` is what the error tells to give instead:
  // "--default shop.Author.age=VALUE".

  /// A line; may be empty.
  std::string ask(std::string_view question, std::string_view answered_by);
  /// Asks until it is y, yes, n or no; nothing means no.
  bool confirm(std::string_view question, std::string_view answered_by);
  /// Asks until it is the number of a choice; returns its index.
  std::size_t choose(std::string_view question,
                     const std::vector<std::string>& choices,
                     std::string_view answered_by);
  /// A line that is not shown while it is typed.
  std::string password(std::string_view question, std::string_view answered_by);

 private:
  void require(std::string_view question, std::string_view answered_by) const;
  std::string answer(std::string_view question, std::string_view answered_by);

  Surroundings& surroundings_;
  Progress& progress_;
  bool interactive_;
};

}  // namespace manage::cli
