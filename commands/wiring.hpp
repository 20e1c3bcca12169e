// Where the folders are joined: what a lower one declares and a higher one
// implements is put together here and nowhere else.
#pragma once

#include "cli/program.hpp"

namespace manage::commands {

cli::Program program();

}  // namespace manage::commands
