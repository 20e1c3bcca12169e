// The project as scripts see it: models, databases, settings and streams.
#pragma once

#include <map>
#include <memory>

#include "cli/context.hpp"
#include "orm/query/databases.hpp"
#include "orm/registry.hpp"
#include "scripting/environment.hpp"
#include "scripting/session.hpp"
#include "scripting/state.hpp"

namespace manage::commands {

class Scripts {
 public:
  struct Options {
    bool sandbox = false;  ///< whatever is changed is rolled back
    bool models = true;    ///< whether models are globals
  };

  /// The context outlives it.
  Scripts(cli::Context& context, Options options);
  Scripts(const Scripts&) = delete;
  Scripts& operator=(const Scripts&) = delete;
  ~Scripts();

  scripting::State& state() { return *state_; }
  scripting::Environment& environment() { return environment_; }

  /// Runs a script; the exit code is the one it ends with.
  ExitCode run(const std::shared_ptr<const SourceFile>& file);
  /// `work` as one step that fails as a whole: in a sandbox an error takes back
  /// what it did, and no more.
  void step(const std::function<void()>& work);

 private:
  orm::Connection& open(const std::string& alias);

  cli::Context& context_;
  bool sandbox_;
  orm::Registry registry_;
  orm::Databases databases_;
  scripting::Environment environment_;
  std::map<std::string, orm::Connection*> opened_;
  std::map<std::string, std::unique_ptr<orm::Transaction>> sandboxes_;
  /// Of the step that runs, newest last; nullptr: none does.
  std::vector<std::unique_ptr<orm::Savepoint>>* step_ = nullptr;
  std::unique_ptr<scripting::State> state_;
};

}  // namespace manage::commands
