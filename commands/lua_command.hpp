// A command that is a Lua file of an app (scripting/command_file.hpp).
#pragma once

#include <memory>
#include <string>

#include "cli/command.hpp"
#include "core/source.hpp"

namespace manage::commands {

/// Throws what is wrong with its declarations.
cli::Command lua_command(std::string name,
                         std::shared_ptr<const SourceFile> file);

}  // namespace manage::commands
