#include "migrations_engine/empty_migration.hpp"

#include <fmt/format.h>

#include "migrations_engine/operations/run_lua.hpp"

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

std::string program_name(const MigrationKey& key) { return key.name + ".lua"; }

std::string program_skeleton() {
  return R"(-- Models are as they are at this point of the history.

function forwards(apps, schema)
  -- local Book = apps:model("Book")
  -- for book in Book:filter{slug=""} do
  --   book.slug = u.slug(book.title)
  --   book:save{update_fields={"slug"}}
  -- end
end

function backwards(apps, schema)
end
)";
}

Migration lua_migration(Migration empty) {
  RunLua::Code code{program_name(empty.key),
                    std::make_shared<SourceFile>(program_name(empty.key),
                                                 program_skeleton())};
  empty.operations.push_back(std::make_shared<RunLua>(
      std::move(code), std::nullopt, false, std::nullopt));
  return empty;
}

}  // namespace manage::migrations_engine
