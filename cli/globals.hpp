// The options every command has, before it or after it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/argv.hpp"
#include "cli/values.hpp"

namespace manage::cli {

enum class Format { kText, kJson };
enum class When { kAuto, kAlways, kNever };

struct Globals {
  std::optional<std::string> project;  ///< --project; else MANAGE_PROJECT
  std::optional<std::string> env;      ///< --env; else MANAGE_ENV
  std::vector<std::string> set;        ///< each KEY=VALUE
  int verbosity = 1;                   ///< 0 to 3
  Format format = Format::kText;
  bool github = false;        ///< --annotations github
  std::optional<bool> color;  ///< --force-color or --no-color
  bool no_input = false;
  When progress = When::kAuto;
  bool version = false;
  bool help = false;
};

struct GlobalOption {
  std::vector<std::string> names;  ///< the first is the long one
  std::string value;               ///< "DIR"; empty for a flag
  std::string help;
  Takes takes;
  /// Throws a usage error for a value that makes no sense.
  void (*apply)(Globals& globals, const std::string& value);
};

const std::vector<GlobalOption>& global_options();
std::vector<OptionSpec> global_specs();
/// Applies what normalise() took out of the command line.
void apply_globals(
    const std::vector<std::pair<std::string, std::string>>& given,
    Globals& globals);

}  // namespace manage::cli
