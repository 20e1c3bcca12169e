// What has become of every migration in one database.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/datetime.hpp"
#include "migrations_engine/loader.hpp"
#include "migrations_engine/recorder.hpp"

namespace manage::migrations_engine {

enum class MigrationState {
  kApplied,
  kUnrecorded,  ///< squashed, all it replaces is applied, its row is missing
  kPending,
  kReplaced,  ///< a squashed migration stands for it
  kLeftOut,   ///< squashed, and only some of what it replaces is applied
  kMissing,   ///< recorded, but there is no such file
};

struct MigrationStatus {
  MigrationKey key;
  MigrationState state = MigrationState::kPending;
  std::optional<DateTime> applied_at;
  std::vector<MigrationKey> replaces;
  std::vector<MigrationKey> parents;  ///< in the graph
  /// Pending, and one that does not come before it is applied in its app.
  bool out_of_order = false;

  bool is_applied() const {
    return applied_at || state == MigrationState::kUnrecorded;
  }
  bool is_shown() const {
    return state != MigrationState::kReplaced &&
           state != MigrationState::kLeftOut;
  }
};

class HistoryStatus {
 public:
  /// Joins the loader's graph for that database.
  HistoryStatus(Loader& loader, std::map<MigrationKey, DateTime> recorded);

  /// The app's in the order of application, then those that are not in the
  /// graph, by name.
  std::vector<MigrationStatus> of(std::string_view app) const;
  /// The apps' and all that those need, in the order of application.
  std::vector<MigrationStatus> plan(const std::vector<std::string>& apps) const;

 private:
  MigrationStatus in_graph(const MigrationKey& key) const;
  std::optional<DateTime> applied_at(const MigrationKey& key) const;

  const Loader& loader_;
  std::map<MigrationKey, DateTime> recorded_;
  std::set<MigrationKey> applied_;
  std::set<MigrationKey> replaced_;
  std::set<MigrationKey> out_of_order_;
  std::vector<MigrationKey> order_;
};

}  // namespace manage::migrations_engine
