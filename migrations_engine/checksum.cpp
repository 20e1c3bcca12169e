#include "migrations_engine/checksum.hpp"

#include "core/digest.hpp"

namespace manage::migrations_engine {

std::string canonical_checksum(const Migration& migration) {
  return hex_digest(Digest::kSha256, write_migration(migration, {}));
}

std::string source_checksum(const Migration& migration) {
  return migration.file ? hex_digest(Digest::kSha256, migration.file->text())
                        : std::string();
}

bool unchanged(const Migration& migration, const Checksums& before) {
  return source_checksum(migration) == before.source ||
         canonical_checksum(migration) == before.canonical;
}

}  // namespace manage::migrations_engine
