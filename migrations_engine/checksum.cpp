#include "migrations_engine/checksum.hpp"

#include "core/digest.hpp"

namespace manage::migrations_engine {

namespace {

/// `text`, and the files that the migration names.
std::string with_files(std::string text, const Migration& migration) {
  for (const OperationPtr& operation : migration.operations) {
    for (const auto& file : operation->files()) text += file->text();
  }
  return text;
}

}  // namespace

std::string canonical_checksum(const Migration& migration) {
  return hex_digest(Digest::kSha256,
                    with_files(write_migration(migration, {}), migration));
}

std::string source_checksum(const Migration& migration) {
  if (!migration.file) return {};
  return hex_digest(Digest::kSha256,
                    with_files(migration.file->text(), migration));
}

bool unchanged(const Migration& migration, const Checksums& before) {
  return source_checksum(migration) == before.source ||
         canonical_checksum(migration) == before.canonical;
}

}  // namespace manage::migrations_engine
