// What the programs of bench/ share: the time of a piece of work, and of two in
// turns.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text.hpp"

namespace manage {

inline double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
      .count();
}

/// `"name": [[ours, theirs], …]`
inline std::string turns(std::string_view name, int rounds,
                         const std::function<void()>& ours,
                         const std::function<void()>& theirs) {
  std::vector<std::string> pairs;
  for (int round = 0; round < rounds; ++round) {
    const double own = seconds_of(ours);
    pairs.push_back(fmt::format("[{}, {}]", own, seconds_of(theirs)));
  }
  return fmt::format("\"{}\": [{}]", name, text::join(pairs, ", "));
}

}  // namespace manage
