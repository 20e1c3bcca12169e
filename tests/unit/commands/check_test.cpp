#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "commands/wiring.hpp"
#include "tests/unit/cli/in_process.hpp"

using in_process::Outcome;

namespace {

/// A project in a folder of its own, gone at the end.
class Project {
 public:
  Project() {
    std::string name =
        (std::filesystem::temp_directory_path() / "manage-check-XXXXXX")
            .string();
    REQUIRE(::mkdtemp(name.data()));
    root_ = name;
    write("settings/base.yaml", "installed_apps: [shop, people]\n");
    write("shop/models.yaml",
          "models:\n"
          "  Book: {fields: {title: {type: TextField}}}\n"
          "  Tag: {fields: {name: {type: TextField}}}\n");
    write("people/models.yaml",
          "models:\n  Person: {fields: {name: {type: TextField}}}\n");
  }
  ~Project() { std::filesystem::remove_all(root_); }

  void write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  Outcome run(std::vector<std::string> arguments,
              std::map<std::string, std::string> environment = {}) {
    arguments.insert(arguments.begin(), {"--project", root_.string()});
    return in_process::run(manage::commands::program(), arguments,
                           std::move(environment));
  }
  const std::filesystem::path& root() const { return root_; }

 private:
  std::filesystem::path root_;
};

}  // namespace

TEST_CASE("check says how much it found sound") {
  Project project;
  CHECK(project.run({"check"}).out ==
        "no problems found in 2 apps with 3 models\n");
  CHECK(project.run({"check", "shop"}).out ==
        "no problems found in 1 app with 2 models\n");
  CHECK(project.run({"check", "-q"}).out.empty());
  CHECK(project.run({"check", "--format", "json"}).out ==
        "{\n  \"apps\": [\n    \"people\",\n    \"shop\"\n  ],\n"
        "  \"models\": 3\n}\n");
}

TEST_CASE("check fails for unsound models, at their place") {
  Project project;
  project.write("shop/models.yaml",
                "models:\n  Book: {fields: {title: {type: TextFeld}}}\n");
  Outcome outcome = project.run({"check"});
  CHECK(outcome.code == 1);
  CHECK(outcome.out.empty());
  CHECK(outcome.err.find("  --> shop/models.yaml:2:") != std::string::npos);
  std::string workspace = project.root().parent_path().string();
  std::string folder = project.root().filename().string();
  outcome = project.run(
      {"check"}, {{"GITHUB_ACTIONS", "true"}, {"GITHUB_WORKSPACE", workspace}});
  CHECK(outcome.out.starts_with("::error file=" + folder +
                                "/shop/models.yaml,line=2,col="));
}

TEST_CASE("check offers near apps") {
  Project project;
  Outcome outcome = project.run({"check", "shopp"});
  CHECK(outcome.code == 2);
  CHECK(outcome.err.find("did you mean shop?") != std::string::npos);
}

TEST_CASE("help and version need no project") {
  Project project;
  project.write("settings/base.yaml", "installed_apps: [\n");
  CHECK(project.run({"check"}).code == 1);
  CHECK(project.run({"help"}).code == 0);
  CHECK(project.run({"check", "--help"}).code == 0);
  CHECK(project.run({"version"}).code == 0);
}

TEST_CASE("diffsettings reads the project's settings") {
  Project project;
  Outcome outcome = project.run({"diffsettings", "--origin"});
  CHECK(outcome.err.empty());
  CHECK(outcome.out.find("installed_apps: [shop, people]  "
                         "# settings/base.yaml:1:17\n") != std::string::npos);
}
