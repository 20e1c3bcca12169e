// Migrations that come to a database later than those that follow them in
// their app: a branch of work that was merged after the other one was deployed.
// The graph allows them; a project may want to know.
#pragma once

#include <set>
#include <vector>

#include "migrations_engine/loader.hpp"
#include "migrations_engine/planner.hpp"

namespace manage::migrations_engine {

struct OutOfOrder {
  MigrationPtr migration;  ///< not applied
  /// The last applied one of its app that does not come before it.
  MigrationKey applied;
  /// Where it says what it follows in its app; else its file.
  SourcePos pos;
};

/// Those that `migrations` would apply out of order. `applied` is what join()
/// returned. What a squashed migration stands for does not count, nor what has
/// no file.
std::vector<OutOfOrder> out_of_order(
    const Loader& loader, const std::set<MigrationKey>& applied,
    const std::vector<MigrationPtr>& migrations);

/// The same, for the steps forwards.
std::vector<OutOfOrder> out_of_order(const Loader& loader,
                                     const std::set<MigrationKey>& applied,
                                     const std::vector<Step>& steps);

}  // namespace manage::migrations_engine
