#include "migrations_engine/optimizer.hpp"

#include <algorithm>
#include <optional>

namespace manage::migrations_engine {

namespace {

using Kind = Reduction::Kind;

void append(Operations& to, const Operations& from) {
  to.insert(to.end(), from.begin(), from.end());
}

/// The list with operations `first` and `second` folded into `result`, or
/// nullopt if what lies between them cannot be passed.
std::optional<Operations> fold(const Operations& all, std::size_t first,
                               std::size_t second, const Operations& result,
                               bool first_may_move, std::string_view app) {
  auto at = [&](std::size_t i) {
    return all.begin() + static_cast<std::ptrdiff_t>(i);
  };
  Operations between(at(first + 1), at(second));
  Operations folded(all.begin(), at(first));
  if (first_may_move) {
    append(folded, between);
    append(folded, result);
  } else {
    bool second_may_move = std::all_of(
        between.begin(), between.end(), [&](const OperationPtr& operation) {
          return operation->reduce(*all[second], app).kind == Kind::kPass;
        });
    if (!second_may_move) return std::nullopt;
    append(folded, result);
    append(folded, between);
  }
  folded.insert(folded.end(), at(second + 1), all.end());
  return folded;
}

/// The first fold that is possible, if any.
std::optional<Operations> optimize_once(const Operations& all,
                                        std::string_view app) {
  for (std::size_t first = 0; first < all.size(); ++first) {
    bool first_may_move = true;
    for (std::size_t second = first + 1; second < all.size(); ++second) {
      Reduction reduction = all[first]->reduce(*all[second], app);
      if (reduction.kind == Kind::kReplace) {
        if (auto folded = fold(all, first, second, reduction.operations,
                               first_may_move, app)) {
          return folded;
        }
        break;
      }
      if (reduction.kind == Kind::kBlocked) first_may_move = false;
    }
  }
  return std::nullopt;
}

}  // namespace

Operations optimize(Operations operations, std::string_view app) {
  while (auto shorter = optimize_once(operations, app)) {
    operations = std::move(*shorter);
  }
  return operations;
}

}  // namespace manage::migrations_engine
