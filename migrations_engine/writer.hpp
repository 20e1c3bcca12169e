// Writes migration files into the apps' folders.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "migrations_engine/file_changes.hpp"
#include "migrations_engine/migration.hpp"
#include "orm/apps.hpp"

namespace manage::migrations_engine {

/// "APP/migrations/NAME.yaml" below the app's folder. Throws Error
/// "migrations.builtin" for an app that is not in a folder.
std::filesystem::path migration_path(const MigrationKey& key,
                                     const orm::Apps& apps);

/// Adds their files, and their apps' HEAD, which names the last of each. A file
/// that exists is never replaced.
void add_migrations(FileChanges& changes,
                    const std::vector<Migration>& migrations,
                    const orm::Apps& apps, std::string_view header);

/// Writes them all, or none.
void write_migrations(const std::vector<Migration>& migrations,
                      const orm::Apps& apps, std::string_view header);

/// The comment on the first line of a migration's file, without "# "; empty if
/// there is none.
std::string header_of(const Migration& migration);

}  // namespace manage::migrations_engine
