// startproject and startapp, on the real commands; tests/cli/project has the
// rest.
#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "commands/new_names.hpp"
#include "commands/wiring.hpp"
#include "core/error.hpp"
#include "tests/unit/cli/in_process.hpp"

namespace fs = std::filesystem;
using in_process::Outcome;
using namespace manage;

namespace {

/// A folder that is gone at the end, and the commands run on it.
class Folder {
 public:
  Folder() {
    std::string name =
        (fs::temp_directory_path() / "manage-new-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()));
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }

  std::string path(const std::string& name) const { return path_ / name; }
  std::string text(const std::string& name) const {
    std::stringstream text;
    text << std::ifstream(path_ / name).rdbuf();
    return text.str();
  }
  Outcome run(const std::vector<std::string>& arguments,
              std::map<std::string, std::string> environment = {}) const {
    return in_process::run(commands::program(), arguments,
                           std::move(environment));
  }

 private:
  fs::path path_;
};

std::string message(void (*check)(const std::string&), const char* name) {
  try {
    check(name);
    return {};
  } catch (const Error& error) {
    CHECK(error.exit_code() == ExitCode::kUsage);
    return error.message();
  }
}

}  // namespace

TEST_CASE("a new project is sound in each of its environments") {
  Folder folder;
  std::string root = folder.path("mysite");
  CHECK(folder.run({"startproject", "mysite", root, "--app", "shop"}).code ==
        0);
  for (const char* env : {"dev", "test"}) {
    INFO(env);
    CHECK(folder.run({"--project", root, "check", "--env", env}).err.empty());
  }
  std::vector<std::string> prod{"--project", root, "check", "--env", "prod"};
  CHECK(folder.run(prod).code == 1);
  CHECK(folder.run(prod, {{"MANAGE_SECRET_KEY", "hush"}}).code == 0);
}

TEST_CASE("-q makes a project without a word") {
  Folder folder;
  Outcome outcome =
      folder.run({"-q", "startproject", "mysite", folder.path("mysite")});
  CHECK(outcome.out + outcome.err == "");
  CHECK(folder.text("mysite/settings/base.yaml")
            .find("\ninstalled_apps: [contrib.contenttypes, contrib.auth, "
                  "contrib.sessions]\n") != std::string::npos);
}

TEST_CASE("an app is made in the project that --project names") {
  Folder folder;
  std::string root = folder.path("mysite");
  folder.run({"startproject", "mysite", root});
  Outcome outcome = folder.run({"--project", root, "startapp", "shop"});
  CHECK(outcome.out ==
        "Made the app shop:\n"
        "  shop/models.yaml\n"
        "Next: add shop to installed_apps (settings/base.yaml:8:17)\n");
  CHECK(folder.text("mysite/shop/models.yaml")
            .starts_with("# The models of shop. "));
}

TEST_CASE("names of projects are identifiers") {
  CHECK(message(commands::check_project_name, "mysite").empty());
  CHECK(message(commands::check_project_name, "auth").empty());
  CHECK(message(commands::check_project_name, "my site") ==
        "\"my site\" cannot be the name of a project");
}

TEST_CASE("names of apps are no built-in apps' either") {
  CHECK(message(commands::check_app_name, "shop").empty());
  CHECK(message(commands::check_app_name, "1shop") ==
        "\"1shop\" cannot be the name of an app");
  CHECK(message(commands::check_app_name, "sessions") ==
        "an app cannot be called sessions: that is the name of the built-in "
        "app contrib.sessions");
}
