#include "migrations_engine/writer.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/head.hpp"

namespace manage::migrations_engine {

namespace fs = std::filesystem;

fs::path migration_path(const MigrationKey& key, const orm::Apps& apps) {
  std::optional<fs::path> folder = apps.get(key.app).source->folder();
  if (!folder) {
    throw Error("migrations.builtin",
                fmt::format("app {} is built in: its migrations cannot change",
                            key.app));
  }
  return *folder / "migrations" / (key.name + ".yaml");
}

void add_migrations(FileChanges& changes,
                    const std::vector<Migration>& migrations,
                    const orm::Apps& apps, std::string_view header) {
  for (const Migration& migration : migrations) {
    changes.create(migration_path(migration.key, apps),
                   write_migration(migration, header));
  }
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    bool is_last = i + 1 == migrations.size() ||
                   migrations[i + 1].key.app != migrations[i].key.app;
    if (is_last) write_head(changes, apps, migrations[i].key);
  }
}

void write_migrations(const std::vector<Migration>& migrations,
                      const orm::Apps& apps, std::string_view header) {
  FileChanges changes;
  add_migrations(changes, migrations, apps, header);
  changes.apply();
}

std::string header_of(const Migration& migration) {
  if (!migration.file) return {};
  std::string_view line = migration.file->line(1);
  if (!line.starts_with('#')) return {};
  return std::string(text::trim(line.substr(1)));
}

}  // namespace manage::migrations_engine
