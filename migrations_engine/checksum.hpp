// Fingerprints of migrations, by which an edit of an applied one is noticed.
#pragma once

#include <string>

#include "migrations_engine/migration.hpp"

namespace manage::migrations_engine {

/// Both as SHA-256 in hexadecimal.
struct Checksums {
  /// Of the canonical YAML and the bytes of every file it names: the same
  /// whatever the comments, the order of keys and the line ends.
  std::string canonical;
  /// Of the file as it is, and those that it names: the same means that
  /// `canonical` is, and costs a hundredth of it.
  std::string source;
};

std::string canonical_checksum(const Migration& migration);
/// Empty for a generated migration.
std::string source_checksum(const Migration& migration);

/// Whether the migration is still what had these checksums.
bool unchanged(const Migration& migration, const Checksums& before);

}  // namespace manage::migrations_engine
