// migrations/HEAD: one line that names an app's last migration.
//
// Two branches that each add a migration both change that line, so git stops
// the merge instead of leaving an app with two ends. A missing file is nothing
// wrong: makemigrations writes it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "migrations_engine/file_changes.hpp"
#include "migrations_engine/loader.hpp"

namespace manage::migrations_engine {

inline constexpr std::string_view kHeadFile = "migrations/HEAD";

struct Head {
  std::shared_ptr<const SourceFile> file;
  /// Every line that is not empty and no marker.
  std::vector<std::string> names;
  /// Where git's first conflict marker stands; 0: there is none.
  int conflict_line = 0;
  /// Between the markers: what is checked out, and what comes in.
  std::vector<std::string> current, incoming;
};

/// nullopt without the file.
std::optional<Head> read_head(const orm::AppConfig& app);

/// Throws Error "migrations.head" for an app whose HEAD has conflict markers,
/// or does not name the one leaf. Apps with several leaves are left to
/// Loader::check_conflicts.
void check_head(const orm::AppConfig& app, const MigrationGraph& graph);
/// Every app's.
void check_heads(const Loader& loader);

/// Makes HEAD name that migration.
void write_head(FileChanges& changes, const orm::Apps& apps,
                const MigrationKey& leaf);

}  // namespace manage::migrations_engine
