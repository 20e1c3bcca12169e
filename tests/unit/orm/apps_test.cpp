#include "orm/apps.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "models_text.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

std::string failure(const std::function<void()>& act) {
  try {
    act();
    return "no error";
  } catch (const Error& error) {
    return told(error);
  }
}

/// A project folder that is removed at the end.
class Project {
 public:
  Project()
      : root_(std::filesystem::temp_directory_path() /
              fmt::format("manage-apps-test-{}", ::getpid())) {
    std::filesystem::create_directories(root_);
    settings.root = root_;
    settings::DatabaseConfig database;
    database.alias = "default";
    settings.databases = {database};
  }
  ~Project() { std::filesystem::remove_all(root_); }

  void write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  /// What is wrong with its apps and models.
  std::string problems(const std::vector<AppConfig>& builtin = {}) const {
    return failure([&] {
      Diagnostics diagnostics;
      load_models(load_apps(settings, builtin, diagnostics), settings,
                  diagnostics);
      diagnostics.throw_if_errors();
    });
  }

  settings::Settings settings;

 private:
  std::filesystem::path root_;
};

settings::AppEntry entry(const std::string& path, const std::string& label) {
  settings::AppEntry entry;
  entry.path = path;
  entry.label = label;
  return entry;
}

}  // namespace

TEST_CASE("apps are folders or built in, in the order of installed_apps") {
  Project project;
  project.write("apps/shop/models.yaml", "");
  AppConfig auth;
  auth.label = "auth";
  auth.default_auto_field = "AutoField";
  settings::AppEntry builtin = entry("", "auth");
  builtin.builtin = true;
  settings::AppEntry store = entry("apps/shop", "store");
  store.verbose_name = "The store";
  project.settings.installed_apps = {builtin, store};

  Diagnostics diagnostics;
  const Apps apps = load_apps(project.settings, {auth}, diagnostics);
  CHECK_FALSE(diagnostics.has_errors());
  CHECK(apps.labels() == std::vector<std::string>{"auth", "store"});
  CHECK(apps.get("auth").builtin);
  CHECK(apps.get("auth").default_auto_field == "AutoField");
  CHECK(apps.get("store").default_auto_field == "BigAutoField");
  CHECK(apps.get("store").verbose_name == "The store");
  CHECK(apps.find("shop") == nullptr);
  CHECK(failure([&] { apps.get("stor"); }) ==
        "usage : there is no app stor (did you mean store?)\n");
}

TEST_CASE("every app that is missing is reported") {
  Project project;
  settings::AppEntry builtin = entry("", "atuh");
  builtin.builtin = true;
  project.settings.installed_apps = {entry("shop", "shop"), builtin};
  AppConfig auth;
  auth.label = "auth";
  CHECK(project.problems({auth}) ==
        "apps.missing : there is no folder shop for the app shop (make the "
        "folder, or take the app out of installed_apps)\n"
        "apps.missing : there is no built-in app contrib.atuh (did you mean "
        "contrib.auth?)\n");
}

TEST_CASE("the models of all apps form one set") {
  Project project;
  project.write("shop/models.yaml",
                "models: {Book: {fields: {by: {type: ForeignKey, to: "
                "people.Person, on_delete: CASCADE}}}}");
  project.write("people/models.yaml",
                "models: {Person: {fields: {name: {type: TextField}}}}");
  project.write("plain/readme", "an app without models");
  settings::AppEntry people = entry("people", "people");
  people.default_auto_field = "SmallAutoField";
  project.settings.installed_apps = {entry("shop", "shop"), people,
                                     entry("plain", "plain")};
  Diagnostics diagnostics;
  const ModelSet models =
      load_models(load_apps(project.settings, {}, diagnostics),
                  project.settings, diagnostics);
  CHECK_FALSE(diagnostics.has_errors());
  CHECK(models.all().size() == 2);
  CHECK(models.get({"people", "person"}).primary_key()->kind() ==
        FieldKind::kSmallAuto);
  CHECK(models.get({"shop", "book"}).primary_key()->kind() ==
        FieldKind::kBigAuto);
  CHECK(models.max_name_length == 0);
}

TEST_CASE("a user model of the project's own must be there") {
  Project project;
  project.write("people/models.yaml",
                "models: {Person: {fields: {name: {type: TextField}}}, "
                "Base: {abstract: true}}");
  project.settings.installed_apps = {entry("people", "people")};
  auto problems_with = [&](const std::string& model) {
    auto file = std::make_shared<SourceFile>("settings/base.yaml", model);
    project.settings.auth_user_model = model;
    project.settings.values = {
        {"auth_user_model", model, {}, false, false, "", {file, 1, 1}}};
    return project.problems();
  };
  CHECK(problems_with("people.Person") == "no error");
  CHECK(problems_with("Person") ==
        "models.E001 settings/base.yaml:1:1: auth_user_model is not of the "
        "form app.Model: Person\n");
  CHECK(problems_with("people.Persn") ==
        "models.E002 settings/base.yaml:1:1: auth_user_model names "
        "people.Persn, which is not installed, or abstract (did you mean "
        "people.Person?)\n");
  CHECK(problems_with("people.Base")
            .starts_with("models.E002 settings/base.yaml:1:1: "));
}

TEST_CASE("nothing in an app that is missing is missed") {
  Project project;
  project.write("shop/models.yaml",
                "models: {Book: {fields: {by: {type: ForeignKey, to: "
                "people.Person, on_delete: CASCADE}}}}");
  project.settings.installed_apps = {entry("shop", "shop"),
                                     entry("people", "people")};
  CHECK(project.problems() ==
        "apps.missing : there is no folder people for the app people (make "
        "the folder, or take the app out of installed_apps)\n");
}

TEST_CASE("errors in models name the file below the project") {
  Project project;
  project.write("shop/models.yaml", "models: {Book: {feilds: {}}}");
  project.settings.installed_apps = {entry("shop", "shop")};
  CHECK(project.problems() ==
        "yaml.unknown-key shop/models.yaml:1:17: model Book has no key feilds "
        "(did you mean fields?)\n");
}
