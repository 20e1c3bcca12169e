// Runs one command line from beginning to end: the only place where errors are
// caught and exit codes are made.
#pragma once

#include <string>
#include <vector>

#include "cli/program.hpp"
#include "cli/streams.hpp"

namespace manage::cli {

/// In-process: everything from outside comes in through `surroundings`.
/// `arguments` are without the program's name. Never throws.
ExitCode run(const Program& program, const std::vector<std::string>& arguments,
             Surroundings surroundings);

/// The whole of main(): the process's own streams, variables and signals.
int run_main(int argc, char** argv, char** environment, const Program& program);

}  // namespace manage::cli
