#include "commands/migrate_scripts.hpp"

#include "scripting/signals.hpp"

namespace manage::commands {

MigrateScripts::MigrateScripts(cli::Context& context)
    : context_(context),
      runner_({context.apps(), [&context] { context.check_interrupted(); },
               [&context](std::string_view text) { print(context, text); },
               [&context](scripting::FileAccess& files) {
                 allow_files(files, context);
               },
               [&context](scripting::State& state) {
                 define_settings(state, context);
               }}),
      callables_([this]() -> scripting::State& { return scripts().state(); }) {}

Scripts& MigrateScripts::scripts() {
  if (!scripts_) scripts_.emplace(context_, Scripts::Options{});
  return *scripts_;
}

const orm::Signals& MigrateScripts::signals() {
  if (!scripts_ && !scripting::has_signals(context_.apps())) return none_;
  scripts().state();
  return scripts().environment().signals;
}

}  // namespace manage::commands
