// Joins one command, its options and CLI11.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/argv.hpp"
#include "cli/command.hpp"
#include "cli/values.hpp"

namespace manage::cli {

/// An option or argument as help, completion and man pages show it.
struct OptionInfo {
  std::vector<std::string> names;  ///< "-n", "--name"; "app_label"
  std::string value;  ///< "ALIAS", "sqlite|postgresql"; empty for a flag
  std::string help;
  Takes takes;
  bool positional = false;
  bool required = false;
  bool repeatable = false;
};

class Parser {
 public:
  /// Configures the command; `command` outlives it.
  explicit Parser(const Command& command);
  ~Parser();

  /// In the order of declaration.
  const std::vector<OptionInfo>& options() const { return options_; }
  std::vector<OptionSpec> specs() const;
  /// Binds the values. Throws usage errors.
  void bind(const NormalForm& form);
  /// REQUIRES: bind() was called.
  const Invocation& invocation() const { return *invocation_; }

 private:
  const Command& command_;
  std::unique_ptr<Invocation> invocation_;
  std::unique_ptr<CLI::App> app_;
  std::vector<OptionInfo> options_;
};

}  // namespace manage::cli
