#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

TEST_CASE("a deleted model takes its tables along, and comes back empty") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.fill();
    CHECK(history.round_trip(item("DeleteModel: {name: Book}")).size() == 2);
    CHECK_FALSE(history.has("shop_book"));
    CHECK(history.rows("SELECT name FROM shop_author") == "Ann");
  }
}

TEST_CASE("PostgreSQL drops the join tables first") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql);
  CHECK(history.apply(item("DeleteModel: {name: Book}")) ==
        Lines{R"(DROP TABLE "shop_book_readers" CASCADE)",
              R"(DROP TABLE "shop_book" CASCADE)"});
}

TEST_CASE("what has no table is only forgotten") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.apply(
        item("CreateModel: {name: P, fields: {}, options: {proxy: "
             "true}, bases: [shop.author]}"));
    CHECK(history.round_trip(item("DeleteModel: {name: P}")).empty());
  }
}

TEST_CASE("a model that is not there is not deleted") {
  History history(settings::Engine::kSqlite);
  CHECK(history.refused(item("DeleteModel: {name: Boook}")) ==
        "2:5: model shop.boook does not exist at this point of the "
        "migrations");
}

TEST_CASE("what a deletion says of itself, and what is wrong with it") {
  CHECK(says("DeleteModel: {name: Book}") ==
        "- Delete model Book (delete_book)");
  CHECK(mistakes("DeleteModel: {model_name: Book}") ==
        Lines{"2:18: DeleteModel needs the key name",
              "2:19: DeleteModel has no key model_name"});
}

TEST_CASE(
    "a deletion is passed by what does not name the model, and passes "
    "over nothing") {
  CHECK(meets("DeleteModel: {name: Book}", "DeleteModel: {name: Tag}") ==
        "stays");
  CHECK(meets("DeleteModel: {name: Book}",
              "AddField: {model_name: tag, name: a, field: {type: "
              "IntegerField}}") == "passes");
  CHECK(meets("AddField: {model_name: tag, name: a, field: {type: "
              "IntegerField}}",
              "DeleteModel: {name: Book}") == "stays");
}
