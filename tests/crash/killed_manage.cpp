// manage, except that it dies by SIGKILL before the statement of a migration
// that KILL_AT numbers, 1 being the first of the run.
#include <csignal>
#include <cstdlib>

#include "cli/run.hpp"
#include "commands/wiring.hpp"

int main(int argc, char** argv, char** environment) {
  manage::cli::Program program = manage::commands::program();
  const char* number = std::getenv("KILL_AT");
  program.on_statement = [left = number ? std::atoi(number)
                                        : 0](std::string_view) mutable {
    if (--left == 0) std::raise(SIGKILL);
  };
  return manage::cli::run_main(argc, argv, environment, program);
}
