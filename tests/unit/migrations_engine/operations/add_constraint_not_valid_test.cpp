#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

std::string add(const std::string& least) {
  return "AddConstraintNotValid: {model_name: item, constraint: {type: "
         "CheckConstraint, condition: {qty__gte: " +
         least + "}, name: Some}}";
}

}  // namespace

TEST_CASE("PostgreSQL checks new rows only") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql, kItems);
  history.fill();
  CHECK(
      history.round_trip(item(add("4"))) ==
      Lines{
          R"(ALTER TABLE "shop_item" ADD CONSTRAINT "Some" CHECK ("qty" >= 4) NOT VALID)"});
  CHECK(history.rows("SELECT qty FROM shop_item ORDER BY id") == "3\n4");
  CHECK_THROWS(history.connection().execute(
      "INSERT INTO shop_item (qty, code, t_id) VALUES (2, 'x', 1)"));
}

TEST_CASE("SQLite checks every row at once") {
  History history(settings::Engine::kSqlite, kItems);
  history.fill();
  CHECK_THROWS(history.apply(item(add("4"))));
  history.round_trip(item(add("3")));
  CHECK_THROWS(history.connection().execute("UPDATE shop_item SET qty = 2"));
  CHECK(history.rows("SELECT qty FROM shop_item ORDER BY id") == "3\n4");
}

TEST_CASE(
    "AddConstraintNotValid: what it says of itself, and what is wrong with "
    "it") {
  CHECK(says(add("1")) ==
        "+ Create not valid constraint Some on model item "
        "(item_some_not_valid)");
  CHECK(mistakes("AddConstraintNotValid: {model_name: item, constraint: {type: "
                 "UniqueConstraint, fields: [qty], name: x}}") ==
        Lines{"2:59: AddConstraintNotValid takes a CheckConstraint, not a "
              "UniqueConstraint (AddConstraint makes any constraint)"});
  History history(settings::Engine::kSqlite);
  CHECK(history.refused(item(add("1"))) ==
        "2:5: model shop.item does not exist at this point of the migrations");
}

TEST_CASE("it stays a step of its own") {
  const Lines removed{add("1"),
                      "RemoveConstraint: {model_name: item, name: Some}"};
  CHECK(folded(removed) == written(removed));
  const Lines created{
      "CreateModel: {name: Item, fields: {qty: {type: IntegerField}}}",
      add("1")};
  CHECK(folded(created) == written(created));
}
