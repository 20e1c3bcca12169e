// Who listens to pre_migrate and post_migrate hears this.
#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "commands/wiring.hpp"
#include "tests/unit/cli/in_process.hpp"

namespace fs = std::filesystem;
using namespace manage;

namespace {

using Lines = std::vector<std::string>;

/// A project with one app and one migration, and what its signals told.
class Project {
 public:
  Project() : program_(commands::program()) {
    std::string name =
        (fs::temp_directory_path() / "manage-signals-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()));
    path_ = name;
    write("settings/base.yaml", "installed_apps: [shop]\n");
    write("shop/models.yaml", "models: {Book: {}}\n");
    run({"makemigrations"});
    listen("before", program_.signals.pre_migrate);
    listen("after", program_.signals.post_migrate);
  }
  ~Project() { fs::remove_all(path_); }

  void run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--project", path_.string()});
    REQUIRE(in_process::run(program_, arguments).code == 0);
  }

  /// What was told while the command ran.
  Lines told(const std::vector<std::string>& arguments) {
    told_.clear();
    run(arguments);
    return told_;
  }

  orm::Signals& signals() { return program_.signals; }
  int migrate() {
    return in_process::run(program_, {"--project", path_.string(), "migrate"})
        .code;
  }

 private:
  void write(const std::string& file, const std::string& text) {
    fs::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file) << text;
  }

  void listen(std::string when, orm::Signal<orm::MigrateEvent>& signal) {
    signal.connect([this, when](const orm::MigrateEvent& event) {
      CHECK_FALSE(event.connection.in_transaction());
      CHECK(event.apps.labels() == Lines{"shop"});
      std::string line = when + ":";
      for (const auto& [key, model] : event.models.all()) {
        line += " " + model->label();
      }
      for (const orm::PlannedMigration& step : event.plan) {
        line += (step.backwards ? " -" : " +") + step.app + "." + step.name;
      }
      told_.push_back(line);
    });
  }

  fs::path path_;
  cli::Program program_;
  Lines told_;
};

}  // namespace

TEST_CASE("signals of migrate have the models of their moment and the plan") {
  Project project;
  CHECK(project.told({"migrate"}) ==
        Lines{"before: +shop.0001_initial",
              "after: shop.Book +shop.0001_initial"});
  CHECK(project.told({"migrate"}) ==
        Lines{"before: shop.Book", "after: shop.Book"});
  CHECK(project.told({"migrate", "shop", "zero"}) ==
        Lines{"before: shop.Book -shop.0001_initial",
              "after: -shop.0001_initial"});
  CHECK(project.told({"migrate", "--fake"}) ==
        Lines{"before: +shop.0001_initial",
              "after: shop.Book +shop.0001_initial"});
}

TEST_CASE("a migrate that only looks tells nobody") {
  Project project;
  CHECK(project.told({"migrate", "--plan"}).empty());
  project.run({"migrate"});
  CHECK(project.told({"migrate", "--check"}).empty());
}

TEST_CASE("a handler of pre_migrate that throws keeps migrate from beginning") {
  Project project;
  bool refuse = true;
  project.signals().pre_migrate.connect([&](const orm::MigrateEvent&) {
    if (refuse) throw Error("test.refused", "not now");
  });
  CHECK(project.migrate() == 1);
  refuse = false;
  CHECK(project.told({"migrate"}).front() == "before: +shop.0001_initial");
}
