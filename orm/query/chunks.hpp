// Long lists of values, in pieces that one statement can have as parameters:
// SQLite takes 32,766, PostgreSQL 65,535.
#pragma once

#include <algorithm>
#include <iterator>
#include <vector>

#include "orm/value.hpp"

namespace manage::orm {

constexpr std::size_t kValuesPerQuery = 30'000;

/// Calls `see` with the values, as many as one question has at a time; not at
/// all if there are none.
template <class See>
void in_chunks(std::vector<Value> values, const See& see) {
  for (auto at = values.begin(); at != values.end();) {
    const auto left = static_cast<std::size_t>(values.end() - at);
    const auto end =
        at + static_cast<std::ptrdiff_t>(std::min(left, kValuesPerQuery));
    see(std::vector<Value>(std::make_move_iterator(at),
                           std::make_move_iterator(end)));
    at = end;
  }
}

}  // namespace manage::orm
