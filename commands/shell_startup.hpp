// What the shell does before anything else: the setting shell.imports, and the
// files .managerc.lua.
#pragma once

#include "commands/shell_entries.hpp"

namespace manage::commands {

/// Makes the modules of shell.imports global, by the last parts of their names.
/// Throws, with the setting's place, for what is no module and for names that
/// are taken.
void import_modules(Scripts& scripts, cli::Context& context);

/// Runs the project's .managerc.lua, and the user's if it is another file. What
/// is wrong with one is told.
void run_startup_files(ShellEntries& shell);

}  // namespace manage::commands
