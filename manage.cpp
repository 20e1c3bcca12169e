// The program: hands the command line and the table of commands to cli/.
#include "cli/run.hpp"
#include "commands/wiring.hpp"

int main(int argc, char** argv, char** environment) {
  return manage::cli::run_main(argc, argv, environment,
                               manage::commands::program());
}
