#include "migrations_engine/merge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"

namespace manage::migrations_engine {

namespace {

/// Leaf names longer than this together give way to the time (Django 4.0).
constexpr std::size_t kMaxLeafNames = 47;

using Keys = std::set<MigrationKey>;

/// The app's own migrations that lead to `leaf`, itself included.
std::vector<MigrationKey> ancestry(const Loader& loader,
                                   const MigrationKey& leaf) {
  std::vector<MigrationKey> keys = loader.graph().forwards_plan(leaf);
  std::erase_if(keys,
                [&](const MigrationKey& key) { return key.app != leaf.app; });
  return keys;
}

/// What all of them have.
Keys common(const std::vector<std::vector<MigrationKey>>& histories) {
  Keys kept(histories.front().begin(), histories.front().end());
  for (const std::vector<MigrationKey>& history : histories) {
    Keys one(history.begin(), history.end());
    std::erase_if(kept,
                  [&](const MigrationKey& key) { return !one.contains(key); });
  }
  return kept;
}

void compare(const MigrationPtr& a, const MigrationPtr& b,
             std::vector<Clash>& clashes) {
  // Branches may share a part that a third one has not.
  if (a->key == b->key) return;
  for (const OperationPtr& first : a->operations) {
    for (const OperationPtr& second : b->operations) {
      Overlap found = overlap(*first, *second, a->key.app);
      if (found != Overlap::kNone) {
        clashes.push_back({a, b, first, second, found});
      }
    }
  }
}

std::vector<Clash> find_clashes(const std::vector<Branch>& branches) {
  std::vector<Clash> clashes;
  for (std::size_t i = 0; i < branches.size(); ++i) {
    for (std::size_t j = i + 1; j < branches.size(); ++j) {
      for (const MigrationPtr& a : branches[i].migrations) {
        for (const MigrationPtr& b : branches[j].migrations) {
          compare(a, b, clashes);
        }
      }
    }
  }
  return clashes;
}

std::vector<std::string> leaf_names(const Conflict& conflict) {
  std::vector<std::string> names;
  for (const Branch& branch : conflict.branches) {
    names.push_back(branch.leaf.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

Conflict find_conflict(const Loader& loader, std::string_view app) {
  Conflict conflict;
  conflict.app = app;
  std::vector<std::vector<MigrationKey>> histories;
  for (MigrationKey& leaf : loader.graph().leaves(app)) {
    histories.push_back(ancestry(loader, leaf));
    conflict.branches.push_back({std::move(leaf), {}});
  }
  if (histories.size() < 2) return conflict;
  Keys shared = common(histories);
  if (shared.empty()) {
    throw Error("migrations.no-ancestor",
                fmt::format("{} of {} have no migration in common",
                            text::join(leaf_names(conflict), " and "), app))
        .hint("they are two histories: let one of them depend on the other");
  }
  for (std::size_t i = 0; i < histories.size(); ++i) {
    for (const MigrationKey& key : histories[i]) {
      if (shared.contains(key)) continue;
      conflict.branches[i].migrations.push_back(loader.graph().find(key));
    }
  }
  conflict.clashes = find_clashes(conflict.branches);
  return conflict;
}

std::vector<Conflict> find_conflicts(const Loader& loader) {
  std::vector<Conflict> conflicts;
  for (const orm::AppConfig& app : loader.apps().all()) {
    if (loader.graph().leaves(app.label).size() < 2) continue;
    conflicts.push_back(find_conflict(loader, app.label));
  }
  return conflicts;
}

Migration merge_migration(const Conflict& conflict, std::string_view name,
                          std::string_view timestamp) {
  Migration migration;
  int number = 0;
  for (const Branch& branch : conflict.branches) {
    number = std::max(number, parse_number(branch.leaf.name));
    migration.dependencies.push_back({branch.leaf, false, {}});
  }
  std::sort(migration.dependencies.begin(), migration.dependencies.end());
  std::string leaves = text::join(leaf_names(conflict), "_");
  bool fits = text::length(leaves) <= kMaxLeafNames;
  std::string rest =
      name.empty()
          ? fmt::format("merge_{}", fits ? leaves : std::string(timestamp))
          : std::string(name);
  migration.key = {conflict.app, fmt::format("{:04}_{}", number + 1, rest)};
  return migration;
}

}  // namespace manage::migrations_engine
