// One run of a Lua command: its options, and handle(args, ctx).
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "commands/scripts.hpp"
#include "scripting/command_file.hpp"

namespace manage::commands {

/// What a file declares, with what the table of commands points to.
struct LuaCommand {
  std::string name;
  std::shared_ptr<const SourceFile> file;
  scripting::CommandFile declared;
  std::vector<cli::Example> examples;
};

class LuaInvocation : public cli::Invocation {
 public:
  explicit LuaInvocation(std::shared_ptr<const LuaCommand> command)
      : command_(std::move(command)) {}

  void configure(CLI::App& app) override {
    for (const scripting::CommandArgument& one : command_->declared.arguments) {
      add(app, one, given_.emplace_back());
    }
    cli::add_flag(app, "--dry-run", dry_run_,
                  "Roll back everything at the end, and send nothing");
  }
  std::string database() const override { return "default"; }
  bool skip_checks() const override { return false; }
  ExitCode run(cli::Context& context) const override;

 private:
  /// What was given for one argument.
  struct Given {
    bool flag = false;
    std::optional<std::string> value;
    std::vector<std::string>
        values;  ///< of one that may be given several times
  };

  static void add(CLI::App& app, const scripting::CommandArgument& one,
                  Given& given);
  /// Pushes `args`; the declarations stand at `declarations`.
  void push_arguments(lua_State* lua, int declarations) const;
  void push_argument(lua_State* lua, std::size_t index, int declarations) const;
  void push_given(lua_State* lua, const scripting::CommandArgument& one,
                  const std::string& text) const;

  std::shared_ptr<const LuaCommand> command_;
  std::deque<Given> given_;
  bool dry_run_ = false;
};

}  // namespace manage::commands
