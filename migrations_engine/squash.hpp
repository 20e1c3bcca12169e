// One migration that does what a row of migrations did.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrations_engine/loader.hpp"

namespace manage::migrations_engine {

struct SquashOptions {
  std::string app;
  std::optional<std::string> start;  ///< default: the app's first one
  std::string end;
  bool optimize = true;
  /// Takes the place of "squashed_<end>" in the name.
  std::string name;
};

struct Squash {
  std::vector<MigrationPtr> replaced;
  std::size_t operations_before = 0;
  Migration migration;
};

/// Makes it; writes nothing. Names may be prefixes. Throws a usage error for a
/// name that does not exist or a start that does not come before the end, and
/// Error "migrations.squashed" if one of them replaces others itself.
Squash squash_migrations(const Loader& loader, const SquashOptions& options);

/// What became of comparing the schema that the replaced migrations lead to
/// with that of the squashed one.
struct SquashCheck {
  /// One line for each difference.
  std::vector<std::string> differences;
  /// Operations whose effect the comparison could not see, with the reason.
  std::vector<std::string> unseen;
};

/// Runs both in databases in memory, and everything they depend on. Throws
/// what running them throws.
SquashCheck check_squash(const Loader& loader, const Squash& squash);

}  // namespace manage::migrations_engine
