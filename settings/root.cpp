#include "settings/root.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"

namespace manage::settings {

namespace fs = std::filesystem;

namespace {

bool is_root(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / "settings" / "base.yaml", ignored);
}

std::string given_project(const LoadOptions& options) {
  if (options.project) return *options.project;
  auto variable = options.environment.find("MANAGE_PROJECT");
  return variable == options.environment.end() ? "" : variable->second;
}

}  // namespace

fs::path find_root(const LoadOptions& options) {
  std::string given = given_project(options);
  if (!given.empty()) {
    fs::path root = (options.working_directory / given).lexically_normal();
    if (!root.has_filename()) root = root.parent_path();
    if (is_root(root)) return root;
    throw Error("settings.no-project",
                fmt::format("there is no project in {}: it has no "
                            "settings/base.yaml",
                            given))
        .hint(
            "--project and MANAGE_PROJECT name the folder that holds "
            "settings/base.yaml");
  }
  fs::path folder = options.working_directory.lexically_normal();
  while (!is_root(folder)) {
    fs::path parent = folder.parent_path();
    if (parent == folder || parent.empty()) {
      throw Error("settings.no-project",
                  "there is no project here: neither this folder nor one "
                  "above it has settings/base.yaml")
          .hint("run this inside a project, or give --project DIR");
    }
    folder = parent;
  }
  return folder;
}

std::vector<std::string> environments(const fs::path& root) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(root / "settings", error), end;
       !error && at != end; at.increment(error)) {
    const fs::path& path = at->path();
    std::string name = path.stem().string();
    if (path.extension() != ".yaml" || name == "base" || name == "local") {
      continue;
    }
    names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

void require_environment(const fs::path& root, const std::string& env) {
  if (env == "dev") return;
  std::vector<std::string> names = environments(root);
  if (std::find(names.begin(), names.end(), env) != names.end()) return;
  std::string hint = text::did_you_mean(env, names);
  if (hint.empty() && !names.empty()) {
    hint = "there is " + text::join(names, ", ");
  }
  throw Error(
      "settings.unknown-env",
      fmt::format("the environment {} has no file settings/{}.yaml", env, env))
      .hint(std::move(hint));
}

}  // namespace manage::settings
