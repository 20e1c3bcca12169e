// What may come next in a line of the shell.
//
//   Bo|                               globals and words of Lua
//   Book:fi|                          methods
//   Book:filter{author__na|           fields along relations, and lookups
//   Book:order_by("-pr|               in texts too
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scripting/state.hpp"

namespace manage::scripting {

struct Completion {
  /// How many bytes at the end of the line are the beginning of a word.
  std::size_t begun = 0;
  /// Whole words that begin so, sorted.
  std::vector<std::string> words;
};

/// `line` is what stands before the cursor.
Completion complete(State& state, std::string_view line);

}  // namespace manage::scripting
