#include "commands/migrate_signals.hpp"

#include "migrations_engine/model_renames.hpp"
#include "orm/signals.hpp"
#include "scripting/environment.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

namespace {

/// What is told at --verbosity 2.
constexpr int kDetails = 2;

}  // namespace

MigrateSignals::MigrateSignals(cli::Context& context, const orm::Signals& own,
                               orm::Connection& connection,
                               const std::vector<engine::Step>& steps)
    : context_(context), own_(own), connection_(connection), steps_(steps) {}

void MigrateSignals::before(const engine::ProjectState& state) {
  emit(&orm::Signals::pre_migrate, state);
}

void MigrateSignals::after(const engine::ProjectState& state) {
  emit(&orm::Signals::post_migrate, state);
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

void MigrateSignals::emit(orm::Signal<orm::MigrateEvent> orm::Signals::*signal,
                          const engine::ProjectState& state) {
  for (const orm::Signals* signals : {&context_.signals(), &own_}) {
    if ((signals->*signal).empty()) continue;
    std::vector<orm::PlannedMigration> plan;
    for (const engine::Step& step : steps_) {
      const engine::MigrationKey& key = step.migration->key;
      plan.push_back({key.app, key.name, step.backwards});
    }
    try {
      (signals->*signal)
          .emit({.connection = connection_,
                 .apps = context_.apps(),
                 .models = state.models(),
                 .plan = std::move(plan),
                 .note = [this](std::string_view text) {
                   context_.out().note(text, kDetails);
                 }});
    } catch (const Error& error) {
      if (error.code() != scripting::kExit) throw;
      throw Error("script.exit", "a receiver ended the run with exit()")
          .hint("what it raises stops it: error(…), fail(…)");
    }
  }
}

}  // namespace manage::commands
