// makemigrations --empty: a migration whose operations people write.
#pragma once

#include <string>
#include <string_view>

#include "migrations_engine/graph.hpp"

namespace manage::migrations_engine {

/// The next one of the app, without operations: numbered, named `name` or as
/// Django names such a migration, and joined to the app's leaf.
Migration empty_migration(const MigrationGraph& graph, std::string_view app,
                          std::string_view name, std::string_view timestamp);

/// The same with a RunLua whose program is the skeleton in a file beside it.
Migration lua_migration(Migration empty);
/// That file's name, "0002_fill.lua", and its text.
std::string program_name(const MigrationKey& key);
std::string program_skeleton();

}  // namespace manage::migrations_engine
