// Paths over relations, as orderings, natural keys and conditions have them:
// "author__name", "published__year__gte".
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "orm/check_context.hpp"

namespace manage::orm {

/// What may stand behind the last field of a path.
enum class PathEnd {
  kTransforms,  ///< published__year
  kLookups,     ///< also published__gte
};

struct PathProblem {
  std::string message;  ///< "there is no such field"
  std::string hint;
};

/// Why the path leads nowhere from `model`; nullopt if it is sound, or leads
/// through what is reported elsewhere.
std::optional<PathProblem> path_problem(CheckContext& context,
                                        const ModelDef& model,
                                        std::string_view path, PathEnd end);

/// One entry of an ordering: "-author__name", `{desc: price}`, `{Lower: name}`.
/// `report` is told of each path in it that leads nowhere, and with an empty
/// path of what is no expression.
void check_order_entry(CheckContext& context, const ModelDef& model,
                       const Data& by,
                       const std::function<void(std::string_view path,
                                                const PathProblem&)>& report);

}  // namespace manage::orm
