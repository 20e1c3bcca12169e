// Changes of models, as texts, and the migrations that the autodetector makes
// of them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/unit/migrations_engine/project.hpp"

namespace manage::migrations_engine {

using Lines = std::vector<std::string>;
/// models.yaml by app.
using Models = std::map<std::string, std::string>;

/// Each app of `before` has a migration 0001_initial.
inline std::vector<Migration> detected(const Models& before,
                                       const Models& after,
                                       ScriptedQuestioner& questioner,
                                       bool track_non_db = false) {
  MigrationGraph graph;
  for (const auto& [app, text] : before) {
    auto migration = std::make_shared<Migration>();
    migration->key = {app, "0001_initial"};
    graph.add(migration);
  }
  return detect_changes(before.empty() ? ProjectState() : declared(before),
                        declared(after), graph, questioner,
                        {.apps = {},
                         .track_non_db = track_non_db,
                         .name = {},
                         .timestamp = "20261120_1000"});
}

inline Lines changed_apps(const Models& before, const Models& after,
                          ScriptedQuestioner questioner = {}) {
  return summary(detected(before, after, questioner));
}

/// The first migrations of these models.
inline Lines first(const Models& models) { return changed_apps({}, models); }

/// Changes of app shop alone.
inline Lines changed(const std::string& before, const std::string& after,
                     ScriptedQuestioner questioner = {},
                     bool track_non_db = false) {
  return summary(detected({{"shop", before}}, {{"shop", after}}, questioner,
                          track_non_db));
}

/// Only the operations, of one migration.
inline Lines operations(const std::string& before, const std::string& after,
                        ScriptedQuestioner questioner = {},
                        bool track_non_db = false) {
  Lines lines = changed(before, after, std::move(questioner), track_non_db);
  if (lines.empty()) return lines;
  lines.erase(lines.begin());
  for (std::string& line : lines) {
    if (line.starts_with("  ")) line.erase(0, 2);
  }
  return lines;
}

/// "{type: ForeignKey, to: Author, on_delete: CASCADE…}".
inline std::string key_to(const std::string& to, const std::string& rest = "") {
  return "{type: ForeignKey, to: " + to + ", on_delete: CASCADE" + rest + "}";
}

}  // namespace manage::migrations_engine
