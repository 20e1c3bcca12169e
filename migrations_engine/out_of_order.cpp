#include "migrations_engine/out_of_order.hpp"

#include <algorithm>
#include <map>

namespace manage::migrations_engine {

namespace {

/// Each app's, in the order of application.
using Applied = std::map<std::string, std::vector<MigrationKey>>;

Applied applied_by_app(const Loader& loader,
                       const std::set<MigrationKey>& applied) {
  Applied found;
  for (MigrationKey& key : loader.graph().full_plan()) {
    if (applied.contains(key)) found[key.app].push_back(std::move(key));
  }
  return found;
}

SourcePos place_of(const Migration& migration) {
  for (const Dependency& dependency : migration.dependencies) {
    if (!dependency.swappable && dependency.key.app == migration.key.app) {
      return dependency.pos;
    }
  }
  return {migration.file, 0, 0};
}

}  // namespace

std::vector<OutOfOrder> out_of_order(
    const Loader& loader, const std::set<MigrationKey>& applied,
    const std::vector<MigrationPtr>& migrations) {
  std::vector<OutOfOrder> found;
  const Applied by_app = applied_by_app(loader, applied);
  for (const MigrationPtr& migration : migrations) {
    const auto others = by_app.find(migration->key.app);
    if (others == by_app.end()) continue;
    const std::vector<MigrationKey> needed =
        loader.graph().forwards_plan(migration->key);
    const std::set<MigrationKey> ancestors(needed.begin(), needed.end());
    const auto later = std::find_if(
        others->second.rbegin(), others->second.rend(),
        [&](const MigrationKey& key) { return !ancestors.contains(key); });
    if (later == others->second.rend()) continue;
    found.push_back({migration, *later, place_of(*migration)});
  }
  return found;
}

std::vector<OutOfOrder> out_of_order(const Loader& loader,
                                     const std::set<MigrationKey>& applied,
                                     const std::vector<Step>& steps) {
  std::vector<MigrationPtr> forwards;
  for (const Step& step : steps) {
    if (!step.backwards) forwards.push_back(step.migration);
  }
  return out_of_order(loader, applied, forwards);
}

}  // namespace manage::migrations_engine
