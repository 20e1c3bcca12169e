#include "migrations_engine/file_names.hpp"

#include <fmt/format.h>

#include "core/text.hpp"

namespace manage::migrations_engine {

namespace {

/// Editors and tools leave files that begin like this.
bool is_leftover(std::string_view name) {
  return name.empty() ||
         std::string_view("_~.#").find(name[0]) != std::string_view::npos;
}

/// The name without an ending that YAML files may have elsewhere; empty if it
/// has none.
std::string_view without_other_ending(std::string_view name) {
  const std::string lower = text::lower(name);
  for (std::string_view ending : {kMigrationSuffix, std::string_view(".yml")}) {
    if (lower.ends_with(ending)) {
      return name.substr(0, name.size() - ending.size());
    }
  }
  return {};
}

/// Nowhere if it cannot be read, which nobody wants anyway.
SourcePos place_of(const FileSource& source, const std::string& path) {
  try {
    return {source.read(path), 0, 0};
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

bool is_migration_file(std::string_view name) {
  return name.ends_with(kMigrationSuffix) && !is_leftover(name);
}

void check_file_names(const orm::Apps& apps, Diagnostics& found) {
  for (const orm::AppConfig& app : apps.all()) {
    for (const std::string& name : app.source->list("migrations")) {
      if (is_leftover(name) || is_migration_file(name)) continue;
      const std::string_view stem = without_other_ending(name);
      if (stem.empty()) continue;
      found.warn("manage.W005", place_of(*app.source, "migrations/" + name),
                 fmt::format("{} of {} is not read: the names of migrations "
                             "end in {}",
                             name, app.label, kMigrationSuffix),
                 fmt::format("rename it to {}{}", stem, kMigrationSuffix));
    }
  }
}

}  // namespace manage::migrations_engine
