#include "cli/command.hpp"

namespace manage::cli {

void CommandTable::add(Command command) {
  if (!find(command.name)) commands_.push_back(std::move(command));
}

const Command* CommandTable::find(std::string_view name) const {
  for (const Command& command : commands_) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

std::vector<std::string> CommandTable::names() const {
  std::vector<std::string> names;
  for (const Command& command : commands_) names.push_back(command.name);
  return names;
}

}  // namespace manage::cli
