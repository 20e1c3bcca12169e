// call_command(name, …) of scripts: another command inside this one.
//
//   call_command("import_csv", "books.csv", {model="shop.Book", dry_run=true})
//
// Texts are arguments as on a command line; a table at the end has options:
// true is a flag, a list an option for each of its values, false nothing. It
// gives the exit code; errors of the command are raised. In a sandbox and in a
// dry run it is refused: what another command commits cannot be taken back.
#pragma once

#include "scripting/lua.hpp"

namespace manage::commands {

class Scripts;

/// Pushes the function; `method`: the first argument is an object. The scripts
/// outlive it.
void push_call_command(lua_State* lua, Scripts& scripts, bool method);

}  // namespace manage::commands
