// makemigrations --empty: a migration whose operations people write.
#pragma once

#include <string_view>

#include "migrations_engine/graph.hpp"

namespace manage::migrations_engine {

/// The next one of the app, without operations: numbered, named `name` or as
/// Django names such a migration, and joined to the app's leaf.
Migration empty_migration(const MigrationGraph& graph, std::string_view app,
                          std::string_view name, std::string_view timestamp);

}  // namespace manage::migrations_engine
