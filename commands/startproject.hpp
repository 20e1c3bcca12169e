// manage startproject NAME [DIR]: a new project that runs at once.
#pragma once

#include <optional>
#include <string>

#include "cli/command.hpp"
#include "commands/template.hpp"

namespace manage::commands {

struct StartprojectOptions {
  std::string name;
  std::optional<std::string> folder;  ///< else a new one of that name
  std::optional<std::string> app;     ///< a first app
  TemplateOptions files;
};

inline constexpr cli::Example kStartprojectExamples[] = {
    {"manage startproject mysite", "Make a project in the new folder mysite"},
    {"manage startproject mysite --app shop", "With a first app"},
    {"manage startproject mysite .", "Make it in this folder"},
};

void configure_startproject(CLI::App& app, StartprojectOptions& options);
/// JSON: {"name", "root", "files"}.
ExitCode run_startproject(const StartprojectOptions& options,
                          cli::Context& context);

}  // namespace manage::commands
