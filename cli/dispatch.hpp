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
  std::shared_ptr<const Command> command;
  std::unique_ptr<Parser> parser;  ///< its values are bound
};

/// Commands that the project which the globals mean has of its own.
struct OwnCommands {
  std::function<std::shared_ptr<const Command>(const std::string& name,
                                               const Globals& globals)>
      find = [](const std::string&, const Globals&) { return nullptr; };
  /// All there are, the program's too, for those who mistyped one.
  std::function<std::vector<std::string>(const Globals& globals)> names =
      [](const Globals&) { return std::vector<std::string>(); };
};

/// Never throws a usage error: the globals, as far as they can be read, say how
/// the problem is reported. No command means "help", `--help` means `help
/// COMMAND` and `--version` means "version", wherever they stand.
Request parse_request(const Program& program,
                      const std::vector<std::string>& arguments,
                      const OwnCommands& own = {}, Globals defaults = {});

}  // namespace manage::cli
