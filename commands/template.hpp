// What startproject and startapp write: files with {{ variables }} in their
// texts and names, built in or from a folder of the user's own.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "core/new_files.hpp"

namespace manage::cli {
class Context;
}

namespace manage::commands {

/// "project_name" → "mysite".
using TemplateVariables = std::map<std::string, std::string>;

struct TemplateOptions {
  std::optional<std::string> folder;               ///< none: the built-in files
  std::vector<std::string> extensions = {"yaml"};  ///< of files to fill in
  std::vector<std::string> names;     ///< of further files to fill in
  std::vector<std::string> excluded;  ///< folders left out
};

void configure_template(CLI::App& app, TemplateOptions& options);

/// The files of the folder that the options name, else `builtin`, filled in: a
/// variable is `{{ variable }}` in a text, and in the name of a file the bare
/// project_name or app_name. Hidden folders are left out. Throws Error
/// "template.missing", or as read_source.
std::vector<NewFile> template_files(const TemplateOptions& options,
                                    const std::vector<NewFile>& builtin,
                                    const TemplateVariables& variables,
                                    cli::Context& context);

std::vector<NewFile> project_template();
std::vector<NewFile> app_template();

}  // namespace manage::commands
