// How each need of a command is met.
#pragma once

#include "cli/needs.hpp"

namespace manage::commands {

cli::NeedTable needs();

}  // namespace manage::commands
