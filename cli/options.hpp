// How a command declares its options and arguments.
//
// These functions stand between the commands and CLI11, so that its header is
// compiled in two places only and its surprises are dealt with once: every
// occurrence of an option takes exactly one value, of several occurrences the
// last counts (all of them for a list), numbers are decimal, and what is wrong
// is said in our words (usage errors, exit code 2).
//
//     void configure_migrate(CLI::App& app, MigrateOptions& options) {
//       add_argument(app, "app_label", options.app, "Only this app")
//           .takes(ValueKind::kApp);
//       add_flag(app, "--plan", options.plan, "Show what would be done");
//       add_option(app, "--database", "ALIAS", options.database,
//                  "The database to migrate")
//           .takes(ValueKind::kDatabase);
//     }
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/values.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace manage::cli {

/// An option just declared, to say more of it.
class OptionRef {
 public:
  OptionRef(CLI::Option* option, std::string shown)
      : option_(option), shown_(std::move(shown)) {}

  OptionRef& required();
  /// Any other value is a usage error that offers the nearest.
  OptionRef& choices(const std::vector<std::string>& values);
  /// Of a number.
  OptionRef& at_least(std::int64_t minimum);
  /// What completion offers.
  OptionRef& takes(ValueKind kind, ValueShape shape = ValueShape::kWhole);

 private:
  CLI::Option* option_;
  std::string shown_;
};

/// What takes() and choices() said of it.
Takes takes_of(const CLI::Option& option);

/// A flag. `names` as "-n,--dry-run".
void add_flag(CLI::App& app, const std::string& names, bool& target,
              const std::string& help);

/// An option with a value; `value` names it in the help: "ALIAS".
OptionRef add_option(CLI::App& app, const std::string& names,
                     const std::string& value, std::string& target,
                     const std::string& help);
OptionRef add_option(CLI::App& app, const std::string& names,
                     const std::string& value,
                     std::optional<std::string>& target,
                     const std::string& help);
OptionRef add_option(CLI::App& app, const std::string& names,
                     const std::string& value, int& target,
                     const std::string& help);
OptionRef add_option(CLI::App& app, const std::string& names,
                     const std::string& value, std::int64_t& target,
                     const std::string& help);
OptionRef add_option(CLI::App& app, const std::string& names,
                     const std::string& value,
                     std::optional<std::int64_t>& target,
                     const std::string& help);
/// Seconds and the like: "2", "0.5".
OptionRef add_option(CLI::App& app, const std::string& names,
                     const std::string& value, std::optional<double>& target,
                     const std::string& help);
/// Repeatable.
OptionRef add_option(CLI::App& app, const std::string& names,
                     const std::string& value, std::vector<std::string>& target,
                     const std::string& help);
/// Any other type: `set` gets each value as it was written, in order, and
/// throws a usage error if it makes no sense.
OptionRef add_option(CLI::App& app, const std::string& names,
                     const std::string& value,
                     std::function<void(const std::string&)> set,
                     const std::string& help);

/// An argument without a name, by its place; `name` is shown in the help.
OptionRef add_argument(CLI::App& app, const std::string& name,
                       std::string& target, const std::string& help);
OptionRef add_argument(CLI::App& app, const std::string& name,
                       std::optional<std::string>& target,
                       const std::string& help);
/// All that are left: the last argument declared.
OptionRef add_argument(CLI::App& app, const std::string& name,
                       std::vector<std::string>& target,
                       const std::string& help);

}  // namespace manage::cli
