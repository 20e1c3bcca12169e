// Which models got another name by a migration, for what knows models by their
// names (content types).
#pragma once

#include <vector>

#include "migrations_engine/planner.hpp"

namespace manage::migrations_engine {

struct ModelRename {
  orm::ModelKey from;
  orm::ModelKey to;
};

/// In the order in which they happen. A model that moves to another app is one
/// too: SeparateDatabaseAndState makes it in the new app, on the table that it
/// has in the old one. `after` is the state that the step leaves.
std::vector<ModelRename> model_renames(const Step& step,
                                       const ProjectState& after);

}  // namespace manage::migrations_engine
