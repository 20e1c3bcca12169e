#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

std::string add(const std::string& constraint) {
  return item("AddConstraint: {model_name: item, constraint: {" + constraint +
              "}}");
}

std::string gone(const std::string& name) {
  return "RemoveConstraint: {model_name: item, name: " + name + "}";
}

}  // namespace

TEST_CASE("a removed constraint comes back as it was") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, kItems);
    history.fill();
    history.apply(
        add("type: CheckConstraint, condition: {qty__gte: 1}, name: some"));
    history.apply(add("type: UniqueConstraint, fields: [qty, t], name: one"));
    history.apply(
        add("type: UniqueConstraint, fields: [t], condition: {qty: "
            "8}, name: eight"));
    for (const char* name : {"some", "one", "eight"}) {
      history.round_trip(item(gone(name)));
    }
    CHECK(history.model("item").constraints.empty());
    history.connection().execute("UPDATE shop_item SET qty = 0");
    CHECK(history.rows("SELECT qty FROM shop_item") == "0\n0");
  }
}

// Django 5.1.1 makes the same statements.
TEST_CASE("PostgreSQL drops a constraint, or the index it is") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql, kItems);
  history.apply(
      add("type: CheckConstraint, condition: {qty__gte: 1}, name: a_gte"));
  history.apply(
      add("type: UniqueConstraint, fields: [t], condition: {qty: 8}, "
          "name: a_uq"));
  CHECK(history.apply(item(gone("a_gte"))) ==
        Lines{R"(ALTER TABLE "shop_item" DROP CONSTRAINT "a_gte")"});
  CHECK(history.apply(item(gone("a_uq"))) ==
        Lines{R"(DROP INDEX IF EXISTS "a_uq")"});
}

TEST_CASE("a constraint that is not there is not removed") {
  History history(settings::Engine::kSqlite, kItems);
  CHECK(history.refused(item(gone("some"))) ==
        "2:5: model shop.item has no constraint some at this point of the "
        "migrations");
}

TEST_CASE("what a removed constraint says of itself, and what is wrong") {
  CHECK(says("RemoveConstraint: {model_name: Item, name: Some}") ==
        "- Remove constraint Some from model Item (remove_item_some)");
  CHECK(mistakes("RemoveConstraint: {model_name: item}") ==
        Lines{"2:23: RemoveConstraint needs the key name"});
}

TEST_CASE("a removed constraint folds into nothing that comes later") {
  const Lines again{
      gone("some"),
      "AddConstraint: {model_name: item, constraint: {type: CheckConstraint, "
      "condition: {qty__gte: 1}, name: some}}"};
  CHECK(folded(again) == written(again));
}
