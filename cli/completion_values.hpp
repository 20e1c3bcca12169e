// The values there are of each kind, for completion.
#pragma once

#include <string>
#include <vector>

#include "cli/completion.hpp"
#include "cli/values.hpp"

namespace manage::cli {

/// What the line before the cursor says of the value.
struct ValuePlace {
  ValueKind kind;
  std::string typed;     ///< of the value, so far
  std::string choices;   ///< "a|b" of kChoice
  std::string previous;  ///< the argument before; empty if there is none
  std::string model;     ///< of --model; empty if it is not given
};

/// All of them, or those that `typed` leads to; in an order of their own.
/// Throws what reading the project throws.
std::vector<Candidate> values(const ValuePlace& place, Context& project);

}  // namespace manage::cli
