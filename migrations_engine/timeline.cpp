#include "migrations_engine/timeline.hpp"

namespace manage::migrations_engine {

Timeline::Timeline(const Loader& loader, const std::vector<Step>& steps,
                   std::set<MigrationKey> applied, ReferenceChecks* checks)
    : loader_(loader), applied_(std::move(applied)), checks_(checks) {
  std::set<MigrationKey> undone;
  for (const Step& step : steps) {
    if (step.backwards) undone.insert(step.migration->key);
  }
  if (undone.empty()) return;
  ProjectState state = loader_.empty_state();
  for (const MigrationKey& key : loader_.graph().full_plan()) {
    if (undone.contains(key)) before_undone_[key] = state;
    if (applied_.contains(key)) loader_.graph().get(key).apply_to(state);
  }
}

Timeline::Around Timeline::next(const Step& step) {
  if (failed_) std::rethrow_exception(failed_);
  if (!prepared_) return make(step);
  Around prepared = *std::move(prepared_);
  prepared_.reset();
  return prepared;
}

void Timeline::prepare(const Step& step) noexcept {
  if (prepared_ || failed_) return;
  try {
    prepared_ = make(step);
  } catch (...) {
    failed_ = std::current_exception();
  }
}

Timeline::Around Timeline::make(const Step& step) {
  const MigrationKey& key = step.migration->key;
  if (step.backwards) {
    applied_.erase(key);
    running_.reset();
    const ProjectState& before = before_undone_.at(key);
    return {before, before};
  }
  if (!running_) running_ = loader_.state_of(applied_);
  ProjectState before = *running_;
  if (checks_) {
    checks_->apply(*step.migration, *running_);
  } else {
    step.migration->apply_to(*running_);
  }
  applied_.insert(key);
  return {std::move(before), *running_};
}

}  // namespace manage::migrations_engine
