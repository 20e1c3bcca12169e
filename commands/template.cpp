#include "commands/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "core/file.hpp"
#include "core/text.hpp"

namespace manage::commands {

namespace fs = std::filesystem;

namespace {

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string filled_in(std::string text, const TemplateVariables& variables) {
  for (const auto& [name, value] : variables) {
    text = text::replace_all(std::move(text), "{{ " + name + " }}", value);
  }
  return text;
}

/// Only names stand in names: project_name and app_name.
std::string named(std::string path, const TemplateVariables& variables) {
  for (const auto& [name, value] : variables) {
    if (!name.ends_with("_name")) continue;
    path = text::replace_all(std::move(path), name, value);
  }
  return path;
}

/// Whether the texts of such a file have variables; others are copied.
bool has_variables(const TemplateOptions& options, const fs::path& path) {
  std::string extension = path.extension().string();
  return holds(options.names, path.filename().string()) ||
         (!extension.empty() && holds(options.extensions, extension.substr(1)));
}

/// The files of the user's folder, sorted by name.
std::vector<fs::path> files_below(const TemplateOptions& options,
                                  const fs::path& folder) {
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator at(folder), end; at != end; ++at) {
    std::string name = at->path().filename().string();
    if (at->is_directory() &&
        (name.starts_with('.') || holds(options.excluded, name))) {
      at.disable_recursion_pending();
    } else if (at->is_regular_file()) {
      files.push_back(at->path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<NewFile> read_folder(const TemplateOptions& options,
                                 const TemplateVariables& variables,
                                 const fs::path& folder) {
  std::vector<NewFile> read;
  for (const fs::path& path : files_below(options, folder)) {
    std::string text(read_source(path, path.string())->text());
    if (has_variables(options, path)) {
      text = filled_in(std::move(text), variables);
    }
    std::string relative = path.lexically_relative(folder).string();
    read.push_back({named(std::move(relative), variables), std::move(text)});
  }
  return read;
}

/// Several values may share one option, as Django allows: -e yaml,md.
void add_each(std::vector<std::string>& target, const std::string& given) {
  for (const std::string& part : text::split(given, ',')) {
    std::string_view name = text::trim(part);
    if (!name.empty()) target.emplace_back(name);
  }
}

}  // namespace

void configure_template(CLI::App& app, TemplateOptions& options) {
  cli::add_option(app, "--template", "DIR", options.folder,
                  "Copy the files of this folder instead of the built-in ones")
      .takes(cli::ValueKind::kFolder);
  cli::add_option(
      app, "-e,--extension", "EXT",
      [&options](const std::string& given) {
        std::string bare = text::replace_all("," + given, ",.", ",");
        add_each(options.extensions, bare);
      },
      "With --template: fill in variables in files that end so, beside yaml "
      "(repeatable)");
  cli::add_option(
      app, "-n,--name", "FILE",
      [&options](const std::string& given) { add_each(options.names, given); },
      "With --template: fill in variables in files of this name too "
      "(repeatable)");
  cli::add_option(
      app, "-x,--exclude", "DIR",
      [&options](const std::string& given) {
        add_each(options.excluded, given);
      },
      "With --template: leave out folders of this name (repeatable)");
}

std::vector<NewFile> template_files(const TemplateOptions& options,
                                    const std::vector<NewFile>& builtin,
                                    const TemplateVariables& variables,
                                    cli::Context& context) {
  if (!options.folder) {
    std::vector<NewFile> files = builtin;
    for (NewFile& file : files) {
      file.text = filled_in(std::move(file.text), variables);
    }
    return files;
  }
  fs::path folder = context.working_directory() / *options.folder;
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    throw Error(
        "template.missing",
        fmt::format("--template: there is no folder {}", *options.folder))
        .hint("a template is a folder; unpack or download it first");
  }
  try {
    return read_folder(options, variables, folder);
  } catch (const fs::filesystem_error& error) {
    throw Error("template.unreadable",
                fmt::format("cannot read {}: {}", error.path1().string(),
                            error.code().message()));
  }
}

}  // namespace manage::commands
