#include "commands/wiring.hpp"

#include "commands/all.hpp"
#include "commands/prepare.hpp"

namespace manage::commands {

cli::Program program() {
  return {cli::CommandTable(all_commands()), needs(), absent_commands(), {}};
}

}  // namespace manage::commands
