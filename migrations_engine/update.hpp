// makemigrations --update: new operations go into the last migration instead of
// one of their own.
#pragma once

#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "migrations_engine/loader.hpp"

namespace manage::migrations_engine {

struct Update {
  MigrationPtr old;
  Migration migration;
};

/// Joins `added`, new migrations of one app, into its last one, folds them and
/// names the result anew (or `name`, after its number). Throws Error
/// "migrations.update" if there is none, or if it is squashed, depended upon or
/// among `applied`.
Update update_latest(const Loader& loader, const std::vector<Migration>& added,
                     const std::set<MigrationKey>& applied,
                     std::string_view name, std::string_view timestamp);

}  // namespace manage::migrations_engine
