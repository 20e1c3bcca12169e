// manage diffsettings: what the settings are, and where from.
#pragma once

#include "cli/command.hpp"

namespace manage::commands {

struct DiffsettingsOptions {
  bool all = false;     ///< what equals its default too
  bool origin = false;  ///< where each value comes from
  bool reveal = false;  ///< secrets are not masked
};

inline constexpr cli::Example kDiffsettingsExamples[] = {
    {"manage diffsettings", "What this project sets"},
    {"manage --env prod diffsettings --all --origin",
     "Every setting of production, and where it is set"},
};

void configure_diffsettings(CLI::App& app, DiffsettingsOptions& options);
/// JSON: {"root", "env", "settings": [{"key", "value", "default", "is_default",
/// "origin"}]}.
ExitCode run_diffsettings(const DiffsettingsOptions& options,
                          cli::Context& context);

}  // namespace manage::commands
