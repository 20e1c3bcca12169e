#include "commands/lua_command.hpp"

#include <fmt/format.h>

#include "commands/lua_invocation.hpp"

namespace manage::commands {

cli::Command lua_command(std::string name,
                         std::shared_ptr<const SourceFile> file) {
  auto made = std::make_shared<LuaCommand>();
  made->name = std::move(name);
  made->declared = scripting::read_command(file);
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
