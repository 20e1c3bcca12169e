#include "commands/startproject.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "commands/new_names.hpp"
#include "core/random.hpp"

namespace manage::commands {

namespace fs = std::filesystem;

namespace {

/// What Django's generated keys begin with; a check warns of it in production.
constexpr std::string_view kInsecure = "django-insecure-";
constexpr std::size_t kKeyLength = 50;

/// What is built in, as Django's startproject does, and the first app.
std::string installed_apps(const StartprojectOptions& options) {
  return fmt::format("[contrib.contenttypes, contrib.auth, contrib.sessions{}]",
                     options.app ? ", " + *options.app : "");
}

std::vector<NewFile> project_files(const StartprojectOptions& options,
                                   cli::Context& context) {
  std::vector<NewFile> files = template_files(
      options.files, project_template(),
      {{"project_name", options.name},
       {"secret_key", fmt::format("{}{}", kInsecure, random_text(kKeyLength))},
       {"installed_apps", installed_apps(options)}},
      context);
  if (!options.app) return files;
  for (NewFile& file : template_files({}, app_template(),
                                      {{"app_name", *options.app}}, context)) {
    files.push_back({*options.app + "/" + file.path, std::move(file.text)});
  }
  return files;
}

/// The project's folder as the user would write it.
fs::path shown_folder(const StartprojectOptions& options) {
  return fs::path(options.folder.value_or(options.name)).lexically_normal();
}

void check_folder(const StartprojectOptions& options, const fs::path& folder) {
  std::error_code ignored;
  if (options.folder || !fs::exists(folder, ignored)) return;
  throw Error("file.exists", fmt::format("{} exists already", options.name))
      .hint(fmt::format("to make the project inside it, say: manage "
                        "startproject {0} {0}",
                        options.name));
}

}  // namespace

void configure_startproject(CLI::App& app, StartprojectOptions& options) {
  cli::add_argument(app, "NAME", options.name, "The project's name").required();
  cli::add_argument(app, "DIR", options.folder,
                    "Its folder (default: a new one of that name)")
      .takes(cli::ValueKind::kFolder);
  cli::add_option(app, "--app", "NAME", options.app,
                  "Make a first app of this name, and install it");
  configure_template(app, options.files);
}

ExitCode run_startproject(const StartprojectOptions& options,
                          cli::Context& context) {
  check_project_name(options.name);
  if (options.app) check_app_name(*options.app);
  if (options.app && options.files.folder) {
    throw usage_error("--app and --template exclude each other",
                      "put the first app into the template");
  }
  fs::path shown = shown_folder(options);
  fs::path folder = (context.working_directory() / shown).lexically_normal();
  check_folder(options, folder);
  std::vector<NewFile> files = project_files(options, context);
  write_new_files(folder, files, [&] { context.check_interrupted(); });

  cli::Output& out = context.out();
  std::vector<std::string> written;
  out.say(fmt::format("Made the project {}:", options.name));
  for (const NewFile& file : files) {
    written.push_back(file.path);
    out.say("  " + (shown / file.path).lexically_normal().string());
  }
  out.say(fmt::format(
      "Next: {}`manage {}`",
      shown == "." ? "" : fmt::format("`cd {}`, then ", shown.string()),
      options.app ? "makemigrations" : "startapp NAME"));
  out.document() = {
      {"name", options.name}, {"root", folder.string()}, {"files", written}};
  return ExitCode::kDone;
}

}  // namespace manage::commands
