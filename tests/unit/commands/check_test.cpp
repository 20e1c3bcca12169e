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
        "  \"models\": 3,\n  \"issues\": [],\n  \"silenced\": 0\n}\n");
}

TEST_CASE("what is doubtful is told, and fails only when asked to") {
  Project project;
  project.write(
      "shop/models.yaml",
      "models:\n"
      "  Book: {fields: {no: {type: IntegerField, max_length: 3}}}\n");
  const std::string warning =
      "warning: field no: an integer has no max_length (fields.W122)\n"
      "  --> shop/models.yaml:2:56\n"
      "   2 |   Book: {fields: {no: {type: IntegerField, max_length: 3}}}\n"
      "     |                                                        ^\n"
      "hint: take it out; MaxValueValidator limits the number\n";
  Outcome outcome = project.run({"check"});
  CHECK(outcome.code == 0);
  CHECK(outcome.out == "1 warning in 2 apps with 2 models\n");
  CHECK(outcome.err == warning);
  outcome = project.run({"check", "--fail-level", "WARNING"});
  CHECK(outcome.code == 1);
  CHECK(outcome.out.empty());
  CHECK(outcome.err == warning +
                           "error: 1 warning in 2 apps with 2 models\n"
                           "hint: mend them, or silence them by their ids in "
                           "silenced_system_checks\n");
  CHECK(project.run({"check", "--format", "json"}).out ==
        R"({
  "apps": [
    "people",
    "shop"
  ],
  "models": 2,
  "issues": [
    {
      "code": "fields.W122",
      "message": "field no: an integer has no max_length",
      "where": "shop/models.yaml:2:56",
      "hint": "take it out; MaxValueValidator limits the number",
      "level": "warning"
    }
  ],
  "silenced": 0,
  "warnings": [
    {
      "code": "fields.W122",
      "message": "field no: an integer has no max_length",
      "where": "shop/models.yaml:2:56",
      "hint": "take it out; MaxValueValidator limits the number"
    }
  ]
}
)");
  CHECK(project.run({"check", "people"}).err.empty());
  CHECK(project.run({"check", "--tag", "migrations"}).err.empty());
}

TEST_CASE("a warning can be silenced, for a while and with a reason") {
  Project project;
  project.write(
      "shop/models.yaml",
      "models:\n"
      "  Book: {fields: {no: {type: IntegerField, max_length: 3}}}\n");
  project.write("settings/dev.yaml",
                "silenced_system_checks:\n"
                "  - {id: fields.W122, reason: old file, until: 2026-01-31}\n");
  auto at = [&](const std::string& seconds) {
    return project.run({"check", "--fail-level", "INFO"},
                       {{"SOURCE_DATE_EPOCH", seconds}});
  };
  Outcome outcome = at("1769817600");  // the last day
  CHECK(outcome.code == 0);
  CHECK(outcome.out == "1 silenced in 2 apps with 2 models\n");
  outcome = at("1769904000");
  CHECK(outcome.code == 1);
  CHECK(outcome.err.starts_with(
      "warning: fields.W122 was silenced until 2026-01-31 only (old file) "
      "(manage.W001)\n  --> settings/dev.yaml:2:5\n"));
  CHECK(outcome.err.find("(fields.W122)\n") != std::string::npos);
}

TEST_CASE("commands that need sound files tell what is doubtful") {
  Project project;
  project.write(
      "shop/models.yaml",
      "models:\n"
      "  Book: {fields: {no: {type: IntegerField, max_length: 3}}}\n");
  Outcome outcome = project.run({"makemigrations", "--dry-run"});
  CHECK(outcome.code == 0);
  CHECK(outcome.err.starts_with("warning: field no: an integer"));
  CHECK(project.run({"makemigrations", "--dry-run", "--skip-checks"})
            .err.empty());
  CHECK(project.run({"showmigrations"}).err.empty());
  project.write("settings/dev.yaml", "silenced_system_checks: [fields.W122]\n");
  CHECK(project.run({"makemigrations", "--dry-run"}).err.empty());
}

TEST_CASE("tags choose checks") {
  Project project;
  CHECK(project.run({"check", "--list-tags"}).out ==
        "commands\ndatabase\nmigrations\nmodels\nscripts\nsettings\n");
  CHECK(
      project.run({"check", "--list-tags", "--deploy"}).out ==
      "commands\ndatabase\nmigrations\nmodels\nscripts\nsecurity\nsettings\n");
  Outcome outcome = project.run({"check", "-t", "modles"});
  CHECK(outcome.code == 2);
  CHECK(outcome.err ==
        "error: no check has the tag modles\nhint: did you mean models?\n");
}

TEST_CASE("a deployment has to be safe, or check --deploy fails") {
  Project project;
  project.write("settings/prod.yaml", "secure_hsts_seconds: 3600\n");
  Outcome outcome = project.run({"check", "--deploy", "--env", "prod"});
  CHECK(outcome.code == 1);
  CHECK(outcome.err.find("(security.W005)") != std::string::npos);
  CHECK(outcome.err.find("(security.W004)") == std::string::npos);
  CHECK(project.run({"check", "--deploy", "--fail-level", "ERROR"}).code == 0);
  CHECK(project.run({"check", "--deploy", "--tag", "models"}).code == 0);
  CHECK(project.run({"check"}).code == 0);
}

TEST_CASE("check reads the migrations, and reaches databases when told to") {
  Project project;
  project.write("shop/migrations/0001_initial.yaml", "operatons: []\n");
  project.write("settings/dev.yaml",
                "databases: {default: {engine: sqlite3, name: no/x.db}}\n");
  Outcome outcome = project.run({"check", "--database", "default"});
  CHECK(outcome.code == 1);
  CHECK(outcome.err.find("  --> shop/migrations/0001_initial.yaml:1:1\n") !=
        std::string::npos);
  CHECK(outcome.err.find("error: the database \"default\" cannot be opened") !=
        std::string::npos);
}

TEST_CASE("broken settings do not hide broken models") {
  Project project;
  project.write("settings/dev.yaml", "debgu: true\nuse_tz: 3\n");
  project.write("shop/models.yaml", "models: {Book: {feilds: {}}}\n");
  for (const char* command : {"check", "migrate", "makemigrations"}) {
    Outcome outcome = project.run({command});
    CHECK(outcome.code == 1);
    CHECK(outcome.err.find("settings/dev.yaml:1:1\n") != std::string::npos);
    CHECK(outcome.err.find("settings/dev.yaml:2:9\n") != std::string::npos);
    CHECK(outcome.err.find("shop/models.yaml:1:17\n") != std::string::npos);
  }
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
