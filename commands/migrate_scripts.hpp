// What a run of migrations needs of the project's scripts: programs of
// migrations, defaults, and receivers of signals. Nothing is started before
// one of them is needed.
#pragma once

#include <optional>

#include "cli/context.hpp"
#include "commands/scripts.hpp"
#include "orm/signals.hpp"
#include "scripting/callables.hpp"
#include "scripting/code_runner.hpp"

namespace manage::commands {

class MigrateScripts {
 public:
  /// The context outlives it.
  /// In a dry run what scripts change is rolled back, and nothing is sent.
  explicit MigrateScripts(cli::Context& context, bool dry_run = false);

  migrations_engine::CodeRunner& runner() { return runner_; }
  orm::Callables& callables() { return callables_; }
  /// What the apps' signals.lua connect to; empty without such files.
  const orm::Signals& signals();
  /// At the end of the run. Throws what could not be written to files.
  void finish();

 private:
  Scripts& scripts();

  cli::Context& context_;
  bool dry_run_;
  std::optional<Scripts> scripts_;
  scripting::LuaCodeRunner runner_;
  scripting::ScriptCallables callables_;
  const orm::Signals none_;
};

}  // namespace manage::commands
