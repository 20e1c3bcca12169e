#include "migrations_engine/empty_migration.hpp"

#include <fmt/format.h>

namespace manage::migrations_engine {

Migration empty_migration(const MigrationGraph& graph, std::string_view app,
                          std::string_view name, std::string_view timestamp) {
  Migration migration;
  std::vector<MigrationKey> leaves = graph.leaves(app);
  int number = 1;
  std::string rest(name);
  if (!leaves.empty()) {
    number = parse_number(leaves.front().name) + 1;
    migration.dependencies.push_back({leaves.front(), false, {}});
    if (rest.empty()) rest = suggest_name(migration, timestamp);
  } else if (rest.empty()) {
    rest = "initial";
  }
  migration.key = {std::string(app), fmt::format("{:04}_{}", number, rest)};
  return migration;
}

}  // namespace manage::migrations_engine
