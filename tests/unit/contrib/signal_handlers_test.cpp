#include "contrib/signal_handlers.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "built_in_project.hpp"
#include "contrib/contenttypes/content_types.hpp"

using namespace manage;
using namespace manage::contrib;

namespace {

using Lines = std::vector<std::string>;

constexpr const char* kShop = R"(
models:
  Shelf: {}
  BookEdition:
    meta:
      default_permissions: [view]
      permissions: [[can_publish, Can publish]]
  Signed:
    inherits: [BookEdition]
    proxy: true
    meta: {default_permissions: [], permissions: []}
)";

constexpr const char* kContentTypes =
    "SELECT app_label, model FROM django_content_type ORDER BY id";
constexpr const char* kPermissions =
    "SELECT t.model, codename, name FROM auth_permission p "
    "JOIN django_content_type t ON t.id = p.content_type_id ORDER BY p.id";

/// A database with the tables of content types and permissions.
struct Tables {
  explicit Tables(settings::Engine engine, const Project& project)
      : database(engine), connection(database.open()) {
    create_table(*connection, project.models, {"contenttypes", "contenttype"});
    create_table(*connection, project.models, {"auth", "permission"});
  }
  orm::TestDatabase database;
  std::unique_ptr<orm::Connection> connection;
};

std::string rename(orm::Connection& connection, const Project& project,
                   const std::string& from, const std::string& to) {
  orm::Signals signals;
  connect_handlers(signals);
  signals.model_renamed.emit(
      {connection, project.apps, project.models, {"shop", from}, {"shop", to}});
  return orm::rows(connection, kContentTypes);
}

}  // namespace

TEST_CASE("after migrate every model has a content type and permissions") {
  const Project project = make_project({"contenttypes", "auth"}, kShop);
  for (settings::Engine engine : orm::engines()) {
    Tables tables(engine, project);
    const Lines told = after_migrate(*tables.connection, project);
    CHECK(told.front() == "Added content type contenttypes | contenttype");
    CHECK(told.back() == "Added permission shop | Can publish");
    CHECK(orm::rows(*tables.connection, kContentTypes) ==
          "contenttypes|contenttype\nauth|permission\nauth|group\nauth|user\n"
          "shop|shelf\nshop|bookedition\nshop|signed");
    CHECK(orm::rows(*tables.connection,
                    std::string(kPermissions) + " LIMIT 10 OFFSET 16") ==
          "shelf|add_shelf|Can add shelf\n"
          "shelf|change_shelf|Can change shelf\n"
          "shelf|delete_shelf|Can delete shelf\n"
          "shelf|view_shelf|Can view shelf\n"
          "bookedition|view_bookedition|Can view book edition\n"
          "bookedition|can_publish|Can publish");
  }
}

TEST_CASE("a second migrate finds nothing to add, and locks nothing") {
  const Project project = make_project({"contenttypes", "auth"}, kShop);
  for (settings::Engine engine : orm::engines()) {
    Tables tables(engine, project);
    after_migrate(*tables.connection, project);
    const auto other = tables.database.open();
    orm::Transaction busy(*other);
    CHECK(after_migrate(*tables.connection, project).empty());
  }
}

TEST_CASE("only what is missing is added; what is there stays") {
  const Project project = make_project({"contenttypes", "auth"}, kShop);
  for (settings::Engine engine : orm::engines()) {
    Tables tables(engine, project);
    orm::Connection& connection = *tables.connection;
    after_migrate(connection, project);
    orm::run(connection,
             "DELETE FROM auth_permission WHERE codename = 'can_publish'");
    orm::run(connection,
             "UPDATE auth_permission SET name = 'May see shelves' "
             "WHERE codename = 'view_shelf'");
    orm::run(connection,
             "INSERT INTO django_content_type (app_label, model) "
             "VALUES ('gone', 'model')");
    CHECK(after_migrate(connection, project) ==
          Lines{"Added permission shop | Can publish"});
    CHECK(orm::rows(connection,
                    "SELECT name FROM auth_permission "
                    "WHERE codename = 'view_shelf'") == "May see shelves");
  }
}

TEST_CASE("without their tables there is nothing to do") {
  const Project project = make_project({"contenttypes", "auth"}, kShop);
  for (settings::Engine engine : orm::engines()) {
    orm::TestDatabase database(engine);
    const auto connection = database.open();
    CHECK(after_migrate(*connection, project).empty());
    create_table(*connection, project.models, content_type_key());
    CHECK(after_migrate(*connection, project).size() == 7);
    CHECK(after_migrate(*connection, make_project({}, "")).empty());
  }
}

TEST_CASE("two runs at once do not stumble over each other") {
  const Project project = make_project({"contenttypes", "auth"}, kShop);
  for (settings::Engine engine : orm::engines()) {
    Tables tables(engine, project);
    std::vector<std::string> failures(4);
    {
      std::vector<std::jthread> runs;
      for (std::string& failure : failures) {
        runs.emplace_back([&tables, &project, &failure] {
          try {
            after_migrate(*tables.database.open(), project);
          } catch (const Error& error) {
            failure = error.what();
          }
        });
      }
    }
    CHECK(failures == std::vector<std::string>(4));
    CHECK(orm::rows(*tables.connection,
                    "SELECT count(*) FROM django_content_type") == "7");
    CHECK(orm::rows(*tables.connection,
                    "SELECT count(*) FROM auth_permission") == "22");
  }
}

TEST_CASE("a renamed model keeps its content type") {
  const Project project = make_project({"contenttypes"}, kShop);
  for (settings::Engine engine : orm::engines()) {
    orm::TestDatabase database(engine);
    const auto connection = database.open();
    // Before the table is there.
    orm::Signals signals;
    connect_handlers(signals);
    signals.model_renamed.emit({*connection,
                                project.apps,
                                project.models,
                                {"shop", "rack"},
                                {"shop", "shelf"}});

    create_table(*connection, project.models, content_type_key());
    orm::run(*connection,
             "INSERT INTO django_content_type (app_label, model) VALUES "
             "('shop', 'rack'), ('other', 'rack'), ('shop', 'book')");
    CHECK(rename(*connection, project, "rack", "shelf") ==
          "shop|shelf\nother|rack\nshop|book");
    // The name is taken: whoever cleans up decides.
    CHECK(rename(*connection, project, "shelf", "book") ==
          "shop|shelf\nother|rack\nshop|book");
  }
}

TEST_CASE("a project's own app called contenttypes is left alone") {
  const Project project = make_project({}, R"(
models:
  ContentType:
    fields:
      mime: {type: CharField, max_length: 20}
)",
                                       "auth.User", "contenttypes");
  for (settings::Engine engine : orm::engines()) {
    orm::TestDatabase database(engine);
    const auto connection = database.open();
    create_table(*connection, project.models, content_type_key());
    CHECK(after_migrate(*connection, project).empty());
  }
}
