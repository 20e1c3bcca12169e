// manage completion bash|zsh|fish: works with broken settings and without a
// database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"

namespace manage::commands {

struct CompletionOptions {
  std::optional<std::string> shell;
  std::vector<std::string> words;  ///< of a line to complete; none: a script
};

inline constexpr cli::Example kCompletionExamples[] = {
    {"source <(manage completion bash)", "For bash, in ~/.bashrc"},
    {"source <(manage completion zsh)", "For zsh, in ~/.zshrc after compinit"},
    {"manage completion fish | source",
     "For fish, in ~/.config/fish/config.fish"},
};

void configure_completion(CLI::App& app, CompletionOptions& options);
/// JSON: {"script"}, or with --complete {"from", "candidates": [{"word",
/// "about"}]}.
ExitCode run_completion(const CompletionOptions& options,
                        cli::Context& context);

}  // namespace manage::commands
