// A migration: operations with what they depend on. One file is one migration.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "migrations_engine/operation.hpp"

namespace manage::migrations_engine {

/// App label and name: ("shop", "0001_initial").
struct MigrationKey {
  std::string app;
  std::string name;
  /// "shop.0001_initial"
  std::string text() const { return app + "." + name; }
  auto operator<=>(const MigrationKey&) const = default;
};

/// What must be applied before. The name may be "__first__" or "__latest__";
/// `swappable` stands for the app of the user model.
struct Dependency {
  MigrationKey key;
  bool swappable = false;
  SourcePos pos;
  /// Where its name stands, for changing it there.
  SourcePos name_pos = {};
  /// Sorted as they are written: by app and name, swappable last.
  bool operator<(const Dependency& other) const {
    if (swappable != other.swappable) return other.swappable;
    return key < other.key;
  }
  bool operator==(const Dependency& other) const {
    return key == other.key && swappable == other.swappable;
  }
};

struct Migration {
  MigrationKey key;
  bool initial = false;
  bool atomic = true;  ///< unless operations say otherwise
  std::vector<Dependency> dependencies;
  std::vector<Dependency> run_before;
  /// Not empty: it is a squashed migration, which takes the place of these.
  std::vector<Dependency> replaces;
  /// Rules of lintmigrations that do not hold here, with the reason.
  DataMap lint_ignore;
  Operations operations;
  std::shared_ptr<const SourceFile> file;  ///< nullptr if generated

  /// Whether all of it is one transaction: it is atomic, and no operation says
  /// otherwise.
  bool one_transaction() const;
  /// Changes the state by every operation. Errors name the place.
  void apply_to(ProjectState& state) const;
  std::vector<MigrationKey> replaced_keys() const;
};

using MigrationPtr = std::shared_ptr<const Migration>;

/// Reads a migration file, and from `source` those that it names. Throws with
/// everything that is wrong in it.
Migration read_migration(std::shared_ptr<const SourceFile> file,
                         MigrationKey key, const FileSource* source = nullptr);

/// The text of a migration file. `header` is the comment on its first line,
/// without "# "; empty for none.
std::string write_migration(const Migration& migration,
                            std::string_view header);

/// The part of a file name that says what the operations do (Django 5.2's
/// suggest_name). `timestamp` ("20261120_1000") serves where they do not say.
std::string suggest_name(const Migration& migration,
                         std::string_view timestamp);

/// The number at the start of a name ("0012_x" gives 12), else 0; of a squashed
/// one that of the last it replaces ("0001_squashed_0012_x" gives 12).
int parse_number(std::string_view name);

}  // namespace manage::migrations_engine
