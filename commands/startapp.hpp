// manage startapp NAME [DIR]: the folder of a new app.
#pragma once

#include <optional>
#include <string>

#include "cli/command.hpp"
#include "commands/template.hpp"

namespace manage::commands {

struct StartappOptions {
  std::string name;
  std::optional<std::string> folder;  ///< else a new one of that name
  TemplateOptions files;
};

inline constexpr cli::Example kStartappExamples[] = {
    {"manage startapp shop", "Make the app shop in the new folder shop"},
    {"manage startapp shop apps/shop", "Make it in another folder"},
};

void configure_startapp(CLI::App& app, StartappOptions& options);
/// JSON: {"label", "path", "files", "entry", "installed"}: `entry` is what
/// belongs into installed_apps.
ExitCode run_startapp(const StartappOptions& options, cli::Context& context);

}  // namespace manage::commands
