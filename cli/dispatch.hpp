// From arguments to a command ready to run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/globals.hpp"
#include "cli/parser.hpp"
#include "cli/program.hpp"

namespace manage::cli {

struct Request {
  Globals globals;
  /// What is wrong with the command line; then there is no command.
  std::optional<Error> problem;
  const Command* command = nullptr;
  std::unique_ptr<Parser> parser;  ///< its values are bound
};

/// Never throws a usage error: the globals, as far as they can be read, say how
/// the problem is reported. No command means "help", `--help` means `help
/// COMMAND` and `--version` means "version", wherever they stand.
Request parse_request(const Program& program,
                      const std::vector<std::string>& arguments,
                      Globals defaults = {});

}  // namespace manage::cli
