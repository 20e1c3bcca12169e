// Two branches of work that each added migrations to an app, and the migration
// that joins them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "migrations_engine/loader.hpp"
#include "migrations_engine/overlap.hpp"

namespace manage::migrations_engine {

struct Branch {
  MigrationKey leaf;
  /// Those that not all branches have, in order.
  std::vector<MigrationPtr> migrations;
};

/// Two operations of different branches that get in each other's way.
struct Clash {
  MigrationPtr first_migration, second_migration;
  OperationPtr first, second;
  Overlap overlap = Overlap::kSame;
};

struct Conflict {
  std::string app;
  std::vector<Branch> branches;  ///< by leaf
  std::vector<Clash> clashes;
};

/// The apps with more than one leaf. Throws Error "migrations.no-ancestor" if
/// branches have no migration in common: they are two histories.
std::vector<Conflict> find_conflicts(const Loader& loader);
/// Of one app; an app with one leaf gives one branch.
Conflict find_conflict(const Loader& loader, std::string_view app);

/// The migration without operations that depends on every leaf, named as Django
/// does, or `name`, after its number.
Migration merge_migration(const Conflict& conflict, std::string_view name,
                          std::string_view timestamp);

}  // namespace manage::migrations_engine
