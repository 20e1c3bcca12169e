#include "migrations_engine/way.hpp"

#include <catch2/catch.hpp>

#include "../orm/databases.hpp"
#include "histories.hpp"
#include "migrations_engine/recorder.hpp"
#include "migrations_engine/script.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

/// The steps between two migrations of an app: "shop.2", "undo shop.2".
Texts way(const History& history, const WayEnds& ends) {
  LoadedHistory loaded(history);
  Texts lines;
  for (const Step& step : find_way(*loaded, ends).steps) {
    lines.push_back((step.backwards ? "undo " : "") +
                    step.migration->key.text());
  }
  return lines;
}

std::string refused(const History& history, const WayEnds& ends) {
  return orm::thrown([&] { way(history, ends); });
}

const History kTwoApps = {
    {"blog.1", ""},       {"blog.2", "blog.1"},        {"shop.1", ""},
    {"shop.2", "shop.1"}, {"shop.3", "shop.2 blog.1"}, {"shop.4", "shop.3"}};

const History kBranches = {{"shop.1", ""},
                           {"shop.2a", "shop.1"},
                           {"shop.2b", "shop.1"},
                           {"shop.3", "shop.2a shop.2b"}};

}  // namespace

TEST_CASE("A way leads from one migration to another, with what that needs") {
  CHECK(way(kTwoApps, {"shop", "1", "3"}) ==
        Texts{"shop.2", "blog.1", "shop.3"});
  CHECK(way(kTwoApps, {"shop", {}, "2"}) == Texts{"shop.1", "shop.2"});
  CHECK(way(kTwoApps, {"shop", "zero", "2"}) == Texts{"shop.1", "shop.2"});
  CHECK(way(kTwoApps, {"shop", "3", {}}) == Texts{"shop.4"});
  CHECK(way(kTwoApps, {"shop", "4", {}}).empty());
  CHECK(way(kTwoApps, {"blog", {}, {}}) == Texts{"blog.1", "blog.2"});
  CHECK(way(kTwoApps, {}) ==
        Texts{"blog.1", "blog.2", "shop.1", "shop.2", "shop.3", "shop.4"});
}

TEST_CASE("A way to an earlier migration undoes what came after it") {
  CHECK(way(kTwoApps, {"shop", "4", "2"}) ==
        Texts{"undo shop.4", "undo shop.3"});
  CHECK(way(kTwoApps, {"shop", "2", "zero"}) ==
        Texts{"undo shop.2", "undo shop.1"});
  CHECK(way(kBranches, {"shop", "3", "2a"}) == Texts{"undo shop.3"});
}

TEST_CASE("A way back that depends on the database is refused") {
  History history = kTwoApps;
  history.push_back({"blog.3", "blog.2 shop.2"});
  CHECK(refused(history, {"shop", "4", "1"}) ==
        "usage: blog.3 needs shop.2, and only a database can tell whether it "
        "is to be undone too - ask it: manage sqlmigrate shop --pending --to "
        "NAME");
  // It is not there, because it needs more than the way begins with.
  history.back().second += " shop.4";
  CHECK(way(history, {"shop", "3", "1"}) ==
        Texts{"undo shop.3", "undo shop.2"});
}

TEST_CASE("Between two branches there is no way") {
  CHECK(refused(kBranches, {"shop", "2a", "2b"}) ==
        "usage: neither of shop.2a and shop.2b comes after the other - they "
        "are on two branches; say where those part, or meet");
  CHECK(way(kBranches, {"shop", "2a", "3"}) == Texts{"shop.2b", "shop.3"});
}

TEST_CASE("Two ends need a --to") {
  CHECK(refused({{"shop.1", ""}, {"shop.2a", "shop.1"}, {"shop.2b", "shop.1"}},
                {"shop", "1", {}})
            .starts_with("migrations.conflict: app shop has 2 migrations"));
}

TEST_CASE("A squashed migration is left out where an end is in the middle") {
  const History history = {{"shop.1", ""},
                           {"shop.2", "shop.1"},
                           {"shop.1_squashed_2", "| shop.1 shop.2"},
                           {"shop.3", "shop.2"}};
  CHECK(way(history, {"shop", {}, {}}) == Texts{"shop.1_squashed_2", "shop.3"});
  CHECK(way(history, {"shop", "1", "3"}) == Texts{"shop.2", "shop.3"});
  CHECK(way(history, {"shop", "1_squashed_2", "3"}) == Texts{"shop.3"});
  CHECK(way(history, {"shop", "3", "1"}) ==
        Texts{"undo shop.3", "undo shop.2"});
}

TEST_CASE("A script records what it does, squashed migrations with all of it") {
  LoadedHistory loaded({{"shop.1", ""},
                        {"shop.2", "shop.1"},
                        {"shop.1_squashed_2", "| shop.1 shop.2"},
                        {"shop.it's", "shop.2"}});
  const orm::Dialect& dialect = orm::sqlite_dialect();
  std::string script;
  for (const WayEnds& ends :
       {WayEnds{"shop", {}, {}}, WayEnds{"shop", "it's", "zero"}}) {
    std::vector<Plan> plans =
        plan_offline(*loaded, find_way(*loaded, ends), dialect);
    add_records(plans, dialect);
    for (const Plan& plan : plans) {
      for (const orm::Statement& one : plan.operations.back().statements) {
        script += with_values(one, dialect) + "\n";
      }
    }
  }
  const std::string insert =
      R"(INSERT INTO "django_migrations" ("app", "name", "applied") VALUES )";
  const std::string remove =
      R"(DELETE FROM "django_migrations" WHERE "app" = 'shop' AND "name" = )";
  CHECK(script == insert + "('shop', '1', CURRENT_TIMESTAMP)\n" +  //
                      insert + "('shop', '2', CURRENT_TIMESTAMP)\n" + insert +
                      "('shop', '1_squashed_2', CURRENT_TIMESTAMP)\n" + insert +
                      "('shop', 'it''s', CURRENT_TIMESTAMP)\n" +  //
                      remove + "'it''s'\n" + remove + "'1'\n" + remove +
                      "'2'\n" + remove + "'1_squashed_2'\n");
}

TEST_CASE("The table of the records is made once") {
  for (settings::Engine engine : orm::engines()) {
    orm::TestDatabase database(engine);
    auto connection = database.open();
    Recorder recorder(*connection, "BigAutoField");
    CHECK_FALSE(recorder.exists());
    for (int time = 0; time < 2; ++time) {
      for (const orm::Statement& one :
           create_records(connection->dialect(), "BigAutoField")) {
        connection->execute(one.sql);
      }
    }
    connection->execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('shop', "
        "'1', CURRENT_TIMESTAMP)");
    CHECK(texts(recorder.applied_keys()) == Texts{"shop.1"});
  }
}
