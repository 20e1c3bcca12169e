// How diagnostics look: for people, for programs, and for GitHub.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/document.hpp"
#include "core/error.hpp"

namespace manage::cli {

/// "error", "warning": how a level is called.
std::string_view level_name(Level level);

/// "error: what happened", "  --> file:line:col", the source line with a caret,
/// "hint: what to do", each as far as it is known.
std::string render(const Diagnostic& diagnostic, bool color);
/// All of them, with an empty line between two.
std::string render(const std::vector<Diagnostic>& diagnostics, bool color);

/// {"code", "message", "where", "hint"}; the last two may be null.
Document to_document(const Diagnostic& diagnostic);

/// Workflow commands, one line each. GitHub shows ten of a kind: of more, the
/// tenth says how many there are. `folder` leads from the repository to what
/// the names of files are relative to; empty if they are the same.
std::string annotations(const std::vector<Diagnostic>& diagnostics,
                        const std::string& folder = {});

}  // namespace manage::cli
