// The project as scripts see it: models, databases, settings and streams.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "cli/context.hpp"
#include "orm/query/databases.hpp"
#include "orm/registry.hpp"
#include "scripting/callables.hpp"
#include "scripting/environment.hpp"
#include "scripting/session.hpp"
#include "scripting/state.hpp"

namespace manage::commands {

/// Where print() of scripts goes: standard output, which under --format json
/// belongs to the one document; then it is standard error.
void print(cli::Context& context, std::string_view text);
/// The global `settings`, with secrets masked.
void define_settings(scripting::State& state, cli::Context& context);

/// Streams, files that may be opened, and mail, as the project has them.
void prepare(scripting::Environment& environment, cli::Context& context);

/// Nothing of Lua is started before state() is called.
class Scripts {
 public:
  struct Options {
    bool sandbox = false;  ///< whatever is changed is rolled back
    bool models = true;    ///< whether models are globals
    bool dry_run = false;  ///< nothing is sent either
    /// What is printed goes to standard error: the output is something else.
    bool aside = false;
  };

  /// The context outlives it.
  Scripts(cli::Context& context, Options options);
  Scripts(const Scripts&) = delete;
  Scripts& operator=(const Scripts&) = delete;
  ~Scripts();

  /// The state, in which the apps' signals.lua have run.
  scripting::State& state();
  scripting::Environment& environment() { return environment_; }
  const orm::Databases& databases() const { return databases_; }
  cli::Context& context() { return context_; }
  bool sandboxed() const { return sandbox_; }

  /// Runs a script; the exit code is the one it ends with.
  ExitCode run(const std::shared_ptr<const SourceFile>& file);
  /// `work` as one step that fails as a whole: in a sandbox an error takes back
  /// what it did, and no more.
  void step(const std::function<void()>& work);
  /// Closes the files that scripts left open. Throws what could not be written.
  void finish();

 private:
  orm::Connection& open(const std::string& alias);

  cli::Context& context_;
  bool sandbox_;
  orm::Registry registry_;
  scripting::ScriptCallables callables_;
  orm::Databases databases_;
  scripting::Environment environment_;
  std::map<std::string, orm::Connection*> opened_;
  std::map<std::string, std::unique_ptr<orm::Transaction>> sandboxes_;
  /// Of the step that runs, newest last; nullptr: none does.
  std::vector<std::unique_ptr<orm::Savepoint>>* step_ = nullptr;
  std::unique_ptr<scripting::State> state_;
  std::optional<Error> broken_;  ///< why a signals.lua could not be run
};

}  // namespace manage::commands
