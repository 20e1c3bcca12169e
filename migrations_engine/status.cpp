#include "migrations_engine/status.hpp"

#include "migrations_engine/out_of_order.hpp"

namespace manage::migrations_engine {

HistoryStatus::HistoryStatus(Loader& loader,
                             std::map<MigrationKey, DateTime> recorded)
    : loader_(loader), recorded_(std::move(recorded)) {
  std::set<MigrationKey> keys;
  for (const auto& [key, moment] : recorded_) keys.insert(key);
  applied_ = loader.join(std::move(keys));
  order_ = loader.graph().full_plan();
  for (const MigrationPtr& squashed : loader.squashed()) {
    for (MigrationKey& key : squashed->replaced_keys()) {
      replaced_.insert(std::move(key));
    }
  }
  std::vector<MigrationPtr> pending;
  for (const MigrationKey& key : order_) {
    if (!applied_.contains(key)) pending.push_back(loader.graph().find(key));
  }
  for (const OutOfOrder& one :
       migrations_engine::out_of_order(loader_, applied_, pending)) {
    out_of_order_.insert(one.migration->key);
  }
}

std::optional<DateTime> HistoryStatus::applied_at(
    const MigrationKey& key) const {
  auto found = recorded_.find(key);
  if (found == recorded_.end()) return std::nullopt;
  return found->second;
}

MigrationStatus HistoryStatus::in_graph(const MigrationKey& key) const {
  MigrationStatus status;
  status.key = key;
  status.replaces = loader_.graph().get(key).replaced_keys();
  status.parents = loader_.graph().parents(key);
  status.out_of_order = out_of_order_.contains(key);
  if (!applied_.contains(key)) return status;
  status.applied_at = applied_at(key);
  status.state = status.applied_at ? MigrationState::kApplied
                                   : MigrationState::kUnrecorded;
  return status;
}

std::vector<MigrationStatus> HistoryStatus::of(std::string_view app) const {
  std::vector<MigrationStatus> found;
  for (const MigrationKey& key : order_) {
    if (key.app == app) found.push_back(in_graph(key));
  }
  std::set<MigrationKey> others;
  for (const MigrationPtr& migration : loader_.files()) {
    others.insert(migration->key);
  }
  for (const auto& [key, moment] : recorded_) others.insert(key);
  for (const MigrationKey& key : others) {
    if (key.app != app || loader_.graph().contains(key)) continue;
    MigrationStatus status;
    status.key = key;
    status.applied_at = applied_at(key);
    MigrationPtr file = loader_.file(key);
    if (file) status.replaces = file->replaced_keys();
    bool replaced = replaced_.contains(key);
    status.state = replaced ? MigrationState::kReplaced
                   : file   ? MigrationState::kLeftOut
                            : MigrationState::kMissing;
    found.push_back(std::move(status));
  }
  return found;
}

std::vector<MigrationStatus> HistoryStatus::plan(
    const std::vector<std::string>& apps) const {
  const MigrationGraph& graph = loader_.graph();
  std::set<MigrationKey> wanted;
  for (const std::string& app : apps) {
    for (const MigrationKey& leaf : graph.leaves(app)) {
      for (MigrationKey& key : graph.forwards_plan(leaf)) {
        wanted.insert(std::move(key));
      }
    }
  }
  std::vector<MigrationStatus> found;
  for (const MigrationKey& key : order_) {
    if (wanted.contains(key)) found.push_back(in_graph(key));
  }
  return found;
}

}  // namespace manage::migrations_engine
