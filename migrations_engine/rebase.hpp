// Puts the migrations of one branch of work behind those of the other, so that
// an app has one end again without a merge migration.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "migrations_engine/file_changes.hpp"
#include "migrations_engine/loader.hpp"

namespace manage::migrations_engine {

struct Rebase {
  /// The last migration of the branch that stays.
  MigrationKey onto;
  struct Move {
    MigrationKey from, to;
  };
  std::vector<Move> moves;
  /// Files of others that name a moved migration.
  std::vector<std::filesystem::path> edited;
  /// All of it, HEAD included; not made yet.
  FileChanges changes;
};

/// Which of two leaves moves: `leaf` (or a prefix of its name); else what HEAD
/// says: between git's conflict markers one's own branch, without markers the
/// one it does not name. With a single leaf nothing moves, and only a HEAD that
/// is wrong is put right.
///
/// Moved migrations get the numbers behind the other leaf, the first of them
/// depends on it, and every file that names them is changed in place, with its
/// comments. Throws a usage error where nobody says which branch moves, Error
/// "migrations.cycle" and "migrations.state" if the new order is impossible,
/// "migrations.rebase" for what cannot be moved.
Rebase plan_rebase(const Loader& loader, std::string_view app,
                   const std::optional<std::string>& leaf);

}  // namespace manage::migrations_engine
