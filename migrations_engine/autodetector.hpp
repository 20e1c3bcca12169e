// Compares two states and says which migrations lead from one to the other.
//
// What is detected, in which order operations come and how they are cut into
// files is Django 5.2's. A probable rename is never a silent removal: the
// questioner decides. Changes that no operation can express (bases, a computed
// column made of a plain one, …) are an Error, not ignored.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "migrations_engine/graph.hpp"
#include "migrations_engine/migration.hpp"
#include "migrations_engine/questioner.hpp"
#include "migrations_engine/state.hpp"

namespace manage::migrations_engine {

struct DetectOptions {
  /// Only these apps and what they depend on; empty: all.
  std::set<std::string> apps;
  /// Compare label-only arguments too (migrations.track_non_db).
  bool track_non_db = false;
  /// Name of the first new migration of each app, without its number.
  std::string name;
  /// "20261120_1000", for names where operations do not say.
  std::string timestamp;
};

/// The new migrations, by app, each app's in order. `graph` gives the existing
/// ones: numbers, leaves, and what dependencies may name.
std::vector<Migration> detect_changes(const ProjectState& from,
                                      const ProjectState& to,
                                      const MigrationGraph& graph,
                                      Questioner& questioner,
                                      const DetectOptions& options);

}  // namespace manage::migrations_engine
