// manage shell: Lua scripts and lines with the project's models.
#pragma once

#include <optional>
#include <string>

#include "cli/command.hpp"
#include "core/error.hpp"

namespace manage::commands {

struct ShellOptions {
  std::optional<std::string> code;
  std::optional<std::string> file;  ///< "-": standard input
  bool sandbox = false;
  bool write = false;
  bool no_imports = false;
  bool no_startup = false;
};

inline constexpr cli::Example kShellExamples[] = {
    {"manage shell", "Type lines; what they are is shown"},
    {"manage shell -c 'print(Book:count())'", "Run a line"},
    {"manage shell fix_prices.lua", "Run a file"},
    {"manage shell --sandbox", "Try something: all of it is rolled back"},
};

void configure_shell(CLI::App& app, ShellOptions& options);
ExitCode run_shell(const ShellOptions& options, cli::Context& context);

}  // namespace manage::commands
