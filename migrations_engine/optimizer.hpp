// Folds a list of operations into a shorter one with the same effect.
#pragma once

#include <string_view>

#include "migrations_engine/operation.hpp"

namespace manage::migrations_engine {

/// Repeats until nothing changes. The order of what remains is Django's.
Operations optimize(Operations operations, std::string_view app);

}  // namespace manage::migrations_engine
