// The one place where a command line is taken apart.
//
// CLI11 is handed a normal form in which nothing can be misread: options with a
// value are two arguments (an empty value too), clusters of short options are
// split, options come first, and the rest follows a `--`. Global options are
// taken out wherever they stand, unless the command has an option of that name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace manage::cli {

/// What must be known of an option to find its value.
struct OptionSpec {
  std::vector<std::string> names;  ///< "-v", "--verbosity"; the first is shown
  bool takes_value = false;
};

/// A command line without its command.
struct CommandLine {
  std::optional<std::string> command;
  std::vector<std::string> arguments;
  std::size_t place = 0;  ///< how many arguments stand before it
};

/// Finds the command: the first argument that is neither a global option nor
/// the value of one. Unknown options before it are left in place.
CommandLine find_command(const std::vector<std::string>& arguments,
                         const std::vector<OptionSpec>& globals);

struct NormalForm {
  /// The first name of each global option given, and its value.
  std::vector<std::pair<std::string, std::string>> globals;
  /// Options of the command: name, value, name, name, value…
  std::vector<std::string> options;
  std::vector<std::string> positionals;
  /// The first thing that is wrong. It is a value, because `--help` later in
  /// the line still means help.
  std::optional<Error> problem;
};

NormalForm normalise(const std::vector<std::string>& arguments,
                     const std::vector<OptionSpec>& options,
                     const std::vector<OptionSpec>& globals);

}  // namespace manage::cli
