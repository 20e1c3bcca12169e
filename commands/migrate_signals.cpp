#include "commands/migrate_signals.hpp"

#include "migrations_engine/model_renames.hpp"
#include "orm/signals.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

namespace {

/// What is told at --verbosity 2.
constexpr int kDetails = 2;

}  // namespace

MigrateSignals::MigrateSignals(cli::Context& context,
                               orm::Connection& connection,
                               const std::vector<engine::Step>& steps)
    : context_(context), connection_(connection), steps_(steps) {}

void MigrateSignals::before(const engine::ProjectState& state) {
  emit(context_.signals().pre_migrate, state);
}

void MigrateSignals::after(const engine::ProjectState& state) {
  emit(context_.signals().post_migrate, state);
}

void MigrateSignals::changed(const engine::Step& step,
                             const engine::ProjectState& after) {
  const orm::Signal<orm::ModelRenamedEvent>& signal =
      context_.signals().model_renamed;
  if (signal.empty()) return;
  for (engine::ModelRename& rename : engine::model_renames(step, after)) {
    signal.emit({.connection = connection_,
                 .apps = context_.apps(),
                 .models = after.models(),
                 .from = std::move(rename.from),
                 .to = std::move(rename.to)});
  }
}

void MigrateSignals::emit(const orm::Signal<orm::MigrateEvent>& signal,
                          const engine::ProjectState& state) {
  if (signal.empty()) return;
  std::vector<orm::PlannedMigration> plan;
  for (const engine::Step& step : steps_) {
    const engine::MigrationKey& key = step.migration->key;
    plan.push_back({key.app, key.name, step.backwards});
  }
  signal.emit({.connection = connection_,
               .apps = context_.apps(),
               .models = state.models(),
               .plan = std::move(plan),
               .note = [this](std::string_view text) {
                 context_.out().note(text, kDetails);
               }});
}

}  // namespace manage::commands
