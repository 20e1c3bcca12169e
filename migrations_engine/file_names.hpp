// Which files in an app's folder `migrations` are migrations.
#pragma once

#include <string_view>

#include "core/error.hpp"
#include "orm/apps.hpp"

namespace manage::migrations_engine {

inline constexpr std::string_view kMigrationSuffix = ".yaml";

/// Whether a file of that name is read.
bool is_migration_file(std::string_view name);

/// Warns of files that are meant to be read, and are not: 0002_x.yml,
/// 0002_x.YAML (manage.W005).
void check_file_names(const orm::Apps& apps, Diagnostics& found);

}  // namespace manage::migrations_engine
