#include "commands/startapp.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "commands/new_names.hpp"
#include "core/yaml.hpp"

namespace manage::commands {

namespace fs = std::filesystem;

namespace {

/// Names are relative to the working directory as long as that is inside the
/// project, else to the project.
fs::path app_folder(const StartappOptions& options, cli::Context& context) {
  const fs::path& root = context.settings().root;
  const fs::path& here = context.working_directory();
  fs::path below = here.lexically_relative(root);
  bool inside = !below.empty() && *below.begin() != "..";
  fs::path folder =
      ((inside ? here : root) / options.folder.value_or(options.name))
          .lexically_normal();
  return folder.has_filename() ? folder : folder.parent_path();
}

/// The path relative to the root, as installed_apps names it.
std::string app_path(const fs::path& folder, cli::Context& context) {
  fs::path path = folder.lexically_relative(context.settings().root);
  if (path.empty() || path == "." || *path.begin() == "..") {
    throw usage_error(
        fmt::format("the app's folder must be below the project's, {}",
                    context.settings().root.string()),
        "name one inside the project, or leave the directory out");
  }
  return path.generic_string();
}

Error clash(const std::string& label) {
  return Error("apps.exists", fmt::format("there is an app {} already", label))
      .hint("choose another name");
}

/// Whether installed_apps has this very app already.
bool is_installed(const std::string& label, const std::string& path,
                  const settings::Settings& settings) {
  for (const settings::AppEntry& app : settings.installed_apps) {
    if (app.label != label) continue;
    if (app.path == path) return true;
    throw Error("apps.exists", fmt::format("there is an app {} already", label))
        .at(app.where)
        .hint("choose another name");
  }
  return false;
}

void check_folder(const StartappOptions& options, const fs::path& folder,
                  const std::string& path, bool installed) {
  std::error_code ignored;
  if (options.folder || !fs::exists(folder, ignored)) return;
  if (installed) throw clash(options.name);
  throw Error("file.exists", fmt::format("{} exists already", path))
      .hint(fmt::format("to make the app inside it, say: manage startapp "
                        "{0} {0}",
                        options.name));
}

/// What belongs into installed_apps.
Data entry(const std::string& label, const std::string& path) {
  if (fs::path(path).filename() == label) return path;
  return DataMap{{"path", path}, {"label", label}};
}

/// Where installed_apps is given.
std::string place(const settings::Settings& settings) {
  for (const settings::SettingValue& setting : settings.values) {
    if (setting.key == "installed_apps" && setting.origin != "default") {
      return setting.origin;
    }
  }
  return "settings/base.yaml";
}

}  // namespace

void configure_startapp(CLI::App& app, StartappOptions& options) {
  cli::add_argument(app, "NAME", options.name, "The app's label").required();
  cli::add_argument(app, "DIR", options.folder,
                    "Its folder (default: a new one of that name)")
      .takes(cli::ValueKind::kFolder);
  configure_template(app, options.files);
}

ExitCode run_startapp(const StartappOptions& options, cli::Context& context) {
  check_app_name(options.name);
  const settings::Settings& settings = context.settings();
  fs::path folder = app_folder(options, context);
  std::string path = app_path(folder, context);
  bool installed = is_installed(options.name, path, settings);
  check_folder(options, folder, path, installed);
  std::vector<NewFile> files = template_files(
      options.files, app_template(), {{"app_name", options.name}}, context);
  write_new_files(folder, files, [&] { context.check_interrupted(); });

  cli::Output& out = context.out();
  std::vector<std::string> written;
  out.say(fmt::format("Made the app {}:", options.name));
  for (const NewFile& file : files) {
    written.push_back(path + "/" + file.path);
    out.say("  " + written.back());
  }
  Data item = entry(options.name, path);
  if (!installed) {
    out.say(fmt::format("Next: add {} to installed_apps ({})",
                        yaml::write_flow(item), place(settings)));
  }
  out.document() = {{"label", options.name},
                    {"path", path},
                    {"files", written},
                    {"entry", std::move(item)},
                    {"installed", installed}};
  return ExitCode::kDone;
}

}  // namespace manage::commands
