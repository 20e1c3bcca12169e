// What is offered on the command lines of the real commands;
// tests/oracle/completion_test.py types into real shells.
#include "cli/completion.hpp"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "commands/wiring.hpp"
#include "tests/unit/cli/in_process.hpp"

namespace fs = std::filesystem;
using in_process::Outcome;
using namespace manage;

namespace {

/// A project in a folder of its own, gone at the end.
class Project {
 public:
  Project() {
    std::string name =
        (fs::temp_directory_path() / "manage-complete-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()));
    root_ = name;
    write("settings/base.yaml",
          "installed_apps: [shop, people]\n"
          "databases:\n"
          "  default: {name: db.sqlite3}\n"
          "  replica: {url: 'postgresql://127.0.0.1:1/nowhere'}\n");
    write("settings/prod.yaml", "debug: false\n");
    write("shop/models.yaml",
          "models:\n"
          "  Dated:\n"
          "    abstract: true\n"
          "    fields: {made: {type: DateField}, note: {type: TextField}}\n"
          "  Book:\n"
          "    inherits: [Dated, people.Owned]\n"
          "    fields: {title: {type: TextField}, note: null}\n"
          "  Tag:\n"
          "    fields: {name: {type: SlugField, primary_key: true}}\n");
    write("people/models.yaml",
          "models:\n"
          "  Owned:\n"
          "    meta: {abstract: true}\n"
          "    fields: {owner: {type: ForeignKey, to: Person}}\n"
          "  Person: {fields: {name: {type: TextField}}}\n");
    write("shop/migrations/0001_initial.yaml", "operations: []\n");
    write("shop/migrations/0002_tag.yaml", "operations: []\n");
    write("shop/migrations/notes.txt", "");
  }
  ~Project() { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  Outcome run(const std::vector<std::string>& words) const {
    std::vector<std::string> arguments{"completion"};
    for (const std::string& word : words) {
      arguments.push_back("--complete=" + word);
    }
    return in_process::run(commands::program(), arguments,
                           {{"MANAGE_PROJECT", root_.string()}});
  }

  std::string root() const { return root_.string(); }

  /// The words that are offered, with spaces between them.
  std::string offers(const std::vector<std::string>& words) const {
    Outcome outcome = run(words);
    CHECK(outcome.code == 0);
    CHECK(outcome.err.empty());
    std::stringstream lines(outcome.out);
    std::string line, all;
    std::getline(lines, line);
    if (line != "words") return line;
    while (std::getline(lines, line)) {
      all += (all.empty() ? "" : " ") + line.substr(0, line.find('\t'));
    }
    return all;
  }

 private:
  fs::path root_;
};

}  // namespace

TEST_CASE("commands are offered with what they do") {
  Project project;
  CHECK(project.run({"mig"}).out ==
        "words\nmigrate\tApply or undo migrations\n");
  CHECK(project.offers({"--env", "prod", "-v2", "sqlm"}) == "sqlmigrate");
  CHECK(project.offers({"nonsense", ""}).empty());
  CHECK(project.offers({"xyz"}).empty());
}

TEST_CASE("options are those of the command, then those of every command") {
  Project project;
  CHECK(project.offers({"--p"}) == "--project --progress");
  CHECK(project.offers({"migrate", "--p"}) ==
        "--plan --prune --project --progress");
  CHECK(project.offers({"migrate", "shop", "--fa"}) == "--fake --fake-initial");
  CHECK(project.offers({"migrate", "--", "--fa"}).empty());
}

TEST_CASE("an argument has values of its kind, by its place") {
  Project project;
  CHECK(project.offers({"migrate", ""}) == "shop people");
  CHECK(project.offers({"migrate", "--plan", "s"}) == "shop");
  CHECK(project.offers({"migrate", "shop", ""}) ==
        "0001_initial 0002_tag zero");
  CHECK(project.offers({"migrate", "people", ""}) == "zero");
  CHECK(project.offers({"sqlmigrate", "shop", "0002"}) == "0002_tag");
  CHECK(project.offers({"migrate", "shop", "0001", ""}).empty());
  CHECK(project.offers({"makemigrations", "shop", "people", "s"}) == "shop");
  CHECK(project.offers({"migrate", "--", "p"}) == "people");
}

TEST_CASE("an option's value stands behind it, or behind an equals sign") {
  Project project;
  CHECK(project.offers({"migrate", "--database", ""}) == "default replica");
  CHECK(project.offers({"migrate", "--database=r"}) == "--database=replica");
  CHECK(project.offers({"--env", ""}) == "dev prod");
  CHECK(project.offers({"--env=pr"}) == "--env=prod");
  CHECK(project.offers({"--format=j"}) == "--format=json");
  CHECK(project.offers({"import_csv", "--on-error", "s"}) == "stop skip");
  CHECK(project.offers({"--verbosity", ""}).empty());
  CHECK(project.offers({"--unknown="}).empty());
}

TEST_CASE("models are found app by app, without the abstract ones") {
  Project project;
  CHECK(project.offers({"import_csv", "--model", ""}) == "shop. people.");
  CHECK(project.offers({"import_csv", "--model", "shop."}) ==
        "shop.Book shop.Tag");
}

TEST_CASE("fields are those of --model, inherited ones too") {
  Project project;
  CHECK(project.run({"import_csv", "--model", "shop.Book", "--key", ""}).out ==
        "words\nid\tprimary key\nmade\tDateField\nowner\tForeignKey\n"
        "title\tTextField\n");
  CHECK(project.offers({"import_csv", "--model=shop.book", "--key=made,t"}) ==
        "--key=made,title");
  CHECK(project.offers({"import_csv", "--model", "shop.Tag", "--map",
                        "A=B="}) == "A=B=name");
  CHECK(project.offers({"import_csv", "--model", "shop.Tag", "--map", "A"})
            .empty());
  CHECK(project.offers({"import_csv", "--model", "shop.Tag", "--set-value",
                        "n"}) == "name=");
  CHECK(project
            .offers(
                {"import_csv", "--model", "shop.Tag", "--set-value", "name=n"})
            .empty());
  CHECK(project.offers({"makemigrations", "--default", "shop.Bo"}) ==
        "shop.Book.");
  CHECK(project.offers({"makemigrations", "--default", "shop.Book.t"}) ==
        "shop.Book.title=");
}

TEST_CASE("settings are offered with the aliases there are") {
  Project project;
  CHECK(project.offers({"--set", "use"}) == "use_tz=");
  CHECK(project.offers({"--set", "databases.replica.na"}) ==
        "databases.replica.name=");
  CHECK(project.offers({"--set", "debug=t"}).empty());
}

TEST_CASE("help is offered by command, topic and group, and by entry") {
  Project project;
  CHECK(project.offers({"help", "mig"}) ==
        "migrate migration-files migrations");
  CHECK(project.offers({"help", "settings", "use"}) == "use_tz");
  CHECK(project.offers({"help", "models", "Slug"}) == "SlugField");
  CHECK(project.offers({"help", "migrate", ""}).empty());
  CHECK(project.offers({"help", "--man", ""}) == "folders");
}

TEST_CASE("names of files are left to the shell") {
  Project project;
  CHECK(project.offers({"import_csv", "bo"}) == "files");
  CHECK(project.offers({"import_csv", "--rejects="}) == "files");
  CHECK(project.offers({"--project", ""}) == "folders");
}

TEST_CASE("the line's own --project and --env count") {
  Project project, other;
  other.write("settings/base.yaml", "installed_apps: [wiki]\n");
  Outcome outcome = in_process::run(
      commands::program(),
      {"completion", "--complete=--project", "--complete=" + other.root(),
       "--complete=migrate", "--complete="},
      {{"MANAGE_PROJECT", project.root()}});
  CHECK(outcome.out == "words\nwiki\n");
  project.write("settings/prod.yaml", "installed_apps+: [audit]\n");
  CHECK(project.offers({"migrate", "--env", "prod", "a"}) == "audit");
  CHECK(project.offers({"migrate", "--env", "nowhere", ""}).empty());
  CHECK(project.offers({"--verbosity", "9", "migrate", ""}).empty());
}

TEST_CASE("broken projects are no reason to disturb anybody") {
  Project project;
  project.write("people/models.yaml", "models: [\n");
  CHECK(project.offers({"import_csv", "--model", "people."}).empty());
  CHECK(project.offers({"import_csv", "--model", "shop."}) ==
        "shop.Book shop.Tag");
  project.write("settings/base.yaml", "installed_apps: [\n");
  CHECK(project.offers({"migrate", ""}).empty());
  CHECK(project.offers({"migrate", "--pl"}) == "--plan");
  CHECK(project.offers({"--env", ""}) == "dev prod");
  CHECK(project.offers({"--set", "databases.default.us"}) ==
        "databases.default.user=");
  fs::remove_all(project.root());
  CHECK(project.offers({"migrate", ""}).empty());
  CHECK(project.offers({"mig"}) == "migrate");
}

TEST_CASE("models that inherit in circles end somewhere") {
  Project project;
  project.write("shop/models.yaml",
                "models:\n"
                "  A: {inherits: [B, B, A], fields: {a: {type: TextField}}}\n"
                "  B: {inherits: [A, A, C], fields: {b: {type: TextField}}}\n"
                "  C: {inherits: [B, A, B], fields: {c: {type: TextField}}}\n");
  CHECK(project.offers({"import_csv", "--model", "shop.A", "--key", "a"}) ==
        "a");
}

TEST_CASE("models that make no sense end nothing") {
  for (const char* models :
       {"models: 3", "models: [A]", "models: {A: 3}",
        "models: {A: {fields: x}}",
        "models: {A: {inherits: {b: c}, meta: 1, fields: {a: 1}}}", "[]", ""}) {
    INFO(models);
    Project project;
    project.write("shop/models.yaml", models);
    project.offers({"import_csv", "--model", "shop."});
    project.offers({"import_csv", "--model", "shop.A", "--key", ""});
    project.offers({"import_csv", "--model", "A", "--key", ""});
    project.offers({"makemigrations", "--default", "shop.A."});
    project.offers({"makemigrations", "--default", "..."});
  }
}

TEST_CASE("completion as data, and the scripts") {
  auto run = [](const std::vector<std::string>& arguments) {
    return in_process::run(commands::program(), arguments);
  };
  CHECK(run({"completion", "--format", "json", "--complete=mig"}).out ==
        "{\n  \"from\": \"words\",\n  \"candidates\": [\n    {\n"
        "      \"word\": \"migrate\",\n"
        "      \"about\": \"Apply or undo migrations\"\n    }\n  ]\n}\n");
  for (const char* shell : {"bash", "zsh", "fish"}) {
    CHECK(run({"completion", shell}).out == cli::completion_script(shell));
  }
  CHECK(run({"completion"}).err ==
        "error: completion needs SHELL\n"
        "hint: say: manage completion bash, zsh or fish\n");
  CHECK(run({"completion", "fihs"}).err ==
        "error: SHELL cannot be \"fihs\"\nhint: did you mean fish?\n");
}
