#include "commands/lua_command.hpp"

#include <fmt/format.h>

#include <set>

#include "cli/globals.hpp"
#include "commands/lua_invocation.hpp"

namespace manage::commands {

namespace {

/// What every command has could not be given to this one any more.
void refuse_global_names(const scripting::CommandFile& declared,
                         const std::shared_ptr<const SourceFile>& file) {
  std::set<std::string> taken;
  for (const cli::OptionSpec& global : cli::global_specs()) {
    taken.insert(global.names.begin(), global.names.end());
  }
  for (const scripting::CommandArgument& one : declared.arguments) {
    for (const std::string& name : one.names) {
      if (!taken.contains(name)) continue;
      throw Error("command.declaration",
                  fmt::format("every command has {} already", name))
          .at({file, 0, 0})
          .hint(
              "ctx tells what it was given: ctx.verbosity, ctx.json, ctx.env");
    }
  }
}

}  // namespace

cli::Command lua_command(std::string name,
                         std::shared_ptr<const SourceFile> file) {
  auto made = std::make_shared<LuaCommand>();
  made->name = std::move(name);
  made->declared = scripting::read_command(file);
  refuse_global_names(made->declared, file);
  made->file = std::move(file);
  for (scripting::CommandFile::Example& one : made->declared.examples) {
    one.line = fmt::format("manage {} {}", made->name, one.line);
    made->examples.push_back({one.line, one.what});
  }
  cli::Command command;
  command.name = made->name;
  command.group = cli::Group::kApps;
  command.summary = made->declared.help;
  command.needs = {cli::Need::kModels};
  command.examples = made->examples;
  command.attach = [made = std::shared_ptr<const LuaCommand>(made)] {
    return std::make_unique<LuaInvocation>(made);
  };
  return command;
}

}  // namespace manage::commands
