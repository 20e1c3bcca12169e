// The shell's \e: a text in the editor that a person prefers.
#pragma once

#include <optional>
#include <string>

#include "cli/context.hpp"

namespace manage::commands {

/// Runs $VISUAL, else $EDITOR, else vi on the text, in a file that only its
/// owner reads and that is removed afterwards. What was saved; nullopt: nothing
/// was. Throws "shell.editor" if the editor could not be run, or has failed.
std::optional<std::string> edited_text(cli::Context& context,
                                       const std::string& text);

}  // namespace manage::commands
