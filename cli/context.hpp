// What a running command sees of the world: the project, its databases, and
// every stream, clock and variable. Below cli/ nothing else looks outside.
//
// Settings, apps, models and connections are made when first asked for and kept
// to the end of the run; a command that declares its needs finds them made.
// One thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/globals.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/program.hpp"
#include "cli/progress.hpp"
#include "cli/prompt.hpp"
#include "cli/streams.hpp"
#include "core/datetime.hpp"
#include "orm/apps.hpp"
#include "orm/connection.hpp"
#include "settings/settings.hpp"

namespace manage::cli {

class Context {
 public:
  Context(const Program& program, Globals globals, Surroundings& surroundings);

  const Globals& globals() const { return globals_; }
  int verbosity() const { return globals_.verbosity; }
  Output& out() { return output_; }
  Input& in() { return surroundings_.in; }
  /// The bar of long work, to hand to an engine; it also tells it to stop.
  Reporter& progress() { return progress_; }
  Prompt& prompt() { return prompt_; }

  // Each throws everything that is wrong with it and what it is made of.

  const settings::Settings& settings();
  /// What settings() reads.
  settings::LoadOptions load_options() const;
  const orm::Apps& apps();
  const orm::ModelSet& models();

  /// What the files hold as far as it could be read, for checks that go on
  /// after an error. What is wrong with it stands beside it. Throws only where
  /// there is nothing to read: outside a project.
  struct Files {
    const settings::Settings& settings;
    const orm::Apps& apps;
    const orm::ModelSet& models;
    const Diagnostics& settings_findings;
    const Diagnostics& models_findings;  ///< of the apps too
  };
  Files files();

  /// Open; Ctrl-C stops what it is running.
  orm::Connection& connection(std::string_view alias = "default");
  /// The same; `open` opens it if it is not open yet.
  using Opener = std::function<std::unique_ptr<orm::Connection>()>;
  orm::Connection& connection(std::string_view alias, const Opener& open);

  /// Whether statements are told on standard error; at first at verbosity 3,
  /// and where the settings say so.
  bool shows_statements() const;
  /// Changes that. Connections that were opened before the first call go on as
  /// they did: call it early.
  void show_statements(bool shown) { statements_shown_ = shown; }

  /// Who listens to what happens to the project.
  const orm::Signals& signals() const { return program_.signals; }

  /// The moment of the run; SOURCE_DATE_EPOCH if that is set.
  DateTime now() const;
  const std::map<std::string, std::string>& environment() const {
    return surroundings_.environment;
  }
  const std::filesystem::path& working_directory() const {
    return surroundings_.working_directory;
  }
  /// Throws if Ctrl-C or SIGTERM came.
  void check_interrupted() const { throw_if_interrupted(); }

  const CommandTable& commands() const { return program_.commands; }
  /// A command that an app of the project brings; nullptr: there is none, or
  /// no project. Throws what is wrong with its file.
  std::shared_ptr<const Command> own_command(std::string_view name);
  /// commands(), and those of the apps.
  const CommandTable& all_commands();
  const std::vector<Topic>& topics() const { return program_.topics; }
  /// Tells Program::on_statement.
  void on_statement(std::string_view sql) const {
    if (program_.on_statement) program_.on_statement(sql);
  }
  /// Runs another command inside this one: {"migrate", "--plan"}, with these
  /// settings, connections and streams. Its JSON document is dropped; its
  /// errors are thrown. --project, --env, --set and --format cannot be given.
  ExitCode call_command(const std::vector<std::string>& arguments);

  /// The same world under other global options, with a project of its own.
  Context with(Globals globals) const {
    return Context(program_, std::move(globals), surroundings_);
  }

  /// Prepares what `command` needs, and runs it.
  ExitCode run(const Command& command, const Invocation& invocation);
  /// The alias that the command now running opens; for the table of needs.
  const std::string& database() const { return database_; }
  /// Whether the command now running was told to skip the checks.
  bool skip_checks() const { return skip_checks_; }

 private:
  struct OpenConnection {
    explicit OpenConnection(std::unique_ptr<orm::Connection> opened)
        : connection(std::move(opened)), watch(*connection) {}
    std::unique_ptr<orm::Connection> connection;
    WatchConnection watch;
  };

  const Program& program_;
  Globals globals_;
  Surroundings& surroundings_;
  Progress progress_;
  Output output_;
  Prompt prompt_;
  std::string database_ = "default";
  bool skip_checks_ = false;
  int depth_ = 0;                         ///< of call_command()
  std::optional<bool> statements_shown_;  ///< what show_statements() was told
  std::unique_ptr<orm::Connection> observed(
      std::unique_ptr<orm::Connection> connection);
  const settings::Settings& read_settings();
  const orm::Apps& read_apps();
  const orm::ModelSet& read_models();

  /// nullptr outside of a project.
  const orm::Apps* apps_of_project();

  std::optional<settings::Settings> settings_;
  std::optional<orm::Apps> apps_;
  std::optional<orm::ModelSet> models_;
  std::optional<CommandTable> all_commands_;
  Diagnostics settings_findings_;
  Diagnostics models_findings_;
  std::map<std::string, OpenConnection, std::less<>> connections_;
};

}  // namespace manage::cli
