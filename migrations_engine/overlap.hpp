// Whether two operations of one app, made in two branches, get in each other's
// way: whether what they lead to depends on which of them comes first.
#pragma once

#include <string_view>

#include "migrations_engine/operation.hpp"

namespace manage::migrations_engine {

enum class Overlap {
  kNone,
  kSame,     ///< they change the same model, field or option
  kUnknown,  ///< one of them (RunSQL and the like) may do anything
};

/// Whether it is known what the operation changes.
bool has_known_reach(const Operation& operation);

Overlap overlap(const Operation& a, const Operation& b, std::string_view app);

}  // namespace manage::migrations_engine
