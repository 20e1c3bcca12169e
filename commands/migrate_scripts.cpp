#include "commands/migrate_scripts.hpp"

#include "scripting/signals.hpp"

namespace manage::commands {

MigrateScripts::MigrateScripts(cli::Context& context, bool dry_run)
    : context_(context),
      dry_run_(dry_run),
      runner_({context.apps(), [&context] { context.check_interrupted(); },
               [&context](scripting::Environment& environment) {
                 prepare(environment, context);
               },
               [&context](scripting::State& state) {
                 define_settings(state, context);
               }}),
      callables_([this]() -> scripting::State& { return scripts().state(); }) {}

Scripts& MigrateScripts::scripts() {
  if (!scripts_)
    // A dry run writes SQL.
    scripts_.emplace(context_,
                     Scripts::Options{dry_run_, true, dry_run_, dry_run_});
  return *scripts_;
}

void MigrateScripts::finish() {
  if (scripts_) scripts_->finish();
}

const orm::Signals& MigrateScripts::signals() {
  if (!scripts_ && !scripting::has_signals(context_.apps())) return none_;
  scripts().state();
  return scripts().environment().signals;
}

}  // namespace manage::commands
