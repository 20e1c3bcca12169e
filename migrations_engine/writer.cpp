#include "migrations_engine/writer.hpp"

#include <fmt/format.h>

#include <cstring>

#include "core/file.hpp"

namespace manage::migrations_engine {

namespace fs = std::filesystem;

fs::path migration_path(const Migration& migration, const orm::Apps& apps) {
  std::optional<fs::path> folder = apps.get(migration.key.app).source->folder();
  if (!folder) {
    throw Error("migrations.builtin",
                fmt::format("app {} is built in: its migrations cannot change",
                            migration.key.app));
  }
  return *folder / "migrations" / (migration.key.name + ".yaml");
}

void write_migrations(const std::vector<Migration>& migrations,
                      const orm::Apps& apps, std::string_view header) {
  std::vector<fs::path> written;
  try {
    for (const Migration& migration : migrations) {
      fs::path path = migration_path(migration, apps);
      std::error_code error;
      fs::create_directories(path.parent_path(), error);
      if (error) {
        throw Error("file.unwritable",
                    fmt::format("cannot create {}: {}",
                                path.parent_path().string(), error.message()));
      }
      write_new_file(path, write_migration(migration, header));
      written.push_back(std::move(path));
    }
  } catch (...) {
    for (const fs::path& path : written) {
      std::error_code ignored;
      fs::remove(path, ignored);
    }
    throw;
  }
}

}  // namespace manage::migrations_engine
