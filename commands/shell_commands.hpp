// What the shell is told about itself: \d shop.Book, \timing on, \q.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orm/model_def.hpp"

namespace manage::commands {

class ShellEntries;

/// Whether it begins with a backslash, as nothing in Lua does.
bool is_shell_command(std::string_view entry);

/// Throws "shell.unknown" with near names, and what the command throws.
void run_shell_command(ShellEntries& shell, std::string_view line);

/// What may come next in such a line: how many bytes at its end are the
/// beginning of a word, and the words that begin so. Files are those of `here`.
std::pair<std::size_t, std::vector<std::string>> complete_shell_command(
    std::string_view line, const orm::ModelSet& models,
    const std::filesystem::path& here);

}  // namespace manage::commands
