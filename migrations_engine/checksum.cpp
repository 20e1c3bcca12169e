#include "migrations_engine/checksum.hpp"

#include "core/sha256.hpp"

namespace manage::migrations_engine {

std::string canonical_checksum(const Migration& migration) {
  return sha256_hex(write_migration(migration, {}));
}

std::string source_checksum(const Migration& migration) {
  return migration.file ? sha256_hex(migration.file->text()) : std::string();
}

bool unchanged(const Migration& migration, const Checksums& before) {
  return source_checksum(migration) == before.source ||
         canonical_checksum(migration) == before.canonical;
}

}  // namespace manage::migrations_engine
