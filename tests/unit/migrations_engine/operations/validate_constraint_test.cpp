#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

const std::string kAdd =
    "AddConstraintNotValid: {model_name: item, constraint: {type: "
    "CheckConstraint, condition: {qty__gte: 4}, name: Some}}";
const std::string kValidate =
    "ValidateConstraint: {model_name: item, name: Some}";

}  // namespace

TEST_CASE("PostgreSQL checks the rows there are") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql, kItems);
  history.fill();
  history.apply(item(kAdd));
  CHECK_THROWS(history.apply(item(kValidate)));
  history.connection().execute("UPDATE shop_item SET qty = 4");
  CHECK(history.apply(item(kValidate)) ==
        Lines{R"(ALTER TABLE "shop_item" VALIDATE CONSTRAINT "Some")"});
  CHECK(history.rows("SELECT convalidated FROM pg_constraint WHERE conname = "
                     "'Some'") == "true");
  // What has been checked stays so.
  history.apply_and_undo(item(kValidate));
  CHECK(history.rows("SELECT qty FROM shop_item") == "4\n4");
}

TEST_CASE("on SQLite they were checked when it was added") {
  History history(settings::Engine::kSqlite, kItems);
  history.apply(item(kAdd));
  CHECK(history.round_trip(item(kValidate)).empty());
}

TEST_CASE(
    "ValidateConstraint: what it says of itself, and what is wrong with it") {
  CHECK(says(kValidate) ==
        "~ Validate constraint Some on model item (item_validate_some)");
  CHECK(mistakes("ValidateConstraint: {model_name: item}") ==
        Lines{"2:25: ValidateConstraint needs the key name"});
  History history(settings::Engine::kSqlite, kItems);
  CHECK(history.refused(item(kValidate)) ==
        "2:5: model shop.item has no constraint Some at this point of the "
        "migrations");
  CHECK(meets(kAdd, kValidate) == "stays");
}
