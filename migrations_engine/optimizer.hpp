// Folds a list of operations into a shorter one with the same effect.
#pragma once

#include <string_view>

#include "migrations_engine/operation.hpp"

namespace manage::migrations_engine {

/// What becomes of two operations of a list: Operation::reduce, but nothing
/// passes what takes a name away that it uses.
Reduction relate(const Operation& operation, const Operation& later,
                 std::string_view app);

/// Repeats until nothing changes. The order of what remains is Django's.
Operations optimize(Operations operations, std::string_view app);

}  // namespace manage::migrations_engine
