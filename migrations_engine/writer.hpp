// Writes migration files into the apps' folders.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "migrations_engine/migration.hpp"
#include "orm/apps.hpp"

namespace manage::migrations_engine {

/// "APP/migrations/NAME.yaml" below the app's folder. Throws Error
/// "migrations.builtin" for an app that is not in a folder.
std::filesystem::path migration_path(const Migration& migration,
                                     const orm::Apps& apps);

/// Writes them all, or none: what was written is taken back when a later one
/// fails. A file that exists is never replaced.
void write_migrations(const std::vector<Migration>& migrations,
                      const orm::Apps& apps, std::string_view header);

}  // namespace manage::migrations_engine
