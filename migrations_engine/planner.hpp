// Which migrations to apply or undo, in which order.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "migrations_engine/loader.hpp"

namespace manage::migrations_engine {

/// Where to go: an app's migration, or before its first one ("zero").
struct Target {
  std::string app;
  std::optional<std::string> name;  ///< nullopt: zero
};

struct Step {
  MigrationPtr migration;
  bool backwards = false;
};

/// The last migrations of every app, or of one.
std::vector<Target> latest(const Loader& loader,
                           std::optional<std::string_view> app = {});

/// The steps from `applied` to the targets, taken one after the other: to a
/// migration that is not applied forwards; to one that is, everything after it
/// is undone.
std::vector<Step> plan_steps(const Loader& loader,
                             std::set<MigrationKey> applied,
                             const std::vector<Target>& targets);

/// Throws Error "migrations.irreversible" at the first operation that cannot be
/// undone, so that nothing is begun that cannot be finished.
void check_reversible(const std::vector<Step>& steps);

}  // namespace manage::migrations_engine
