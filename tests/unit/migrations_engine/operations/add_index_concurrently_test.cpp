#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

const std::string kAdd =
    "AddIndexConcurrently: {model_name: book, index: {fields: [pages, -title], "
    "name: By_Pages}}";

}  // namespace

TEST_CASE("an index is built beside the writers, outside a transaction") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.fill();
    history.set_atomic(false);
    const Lines made = history.round_trip(item(kAdd));
    const std::string how =
        engine == settings::Engine::kSqlite ? "" : "CONCURRENTLY ";
    CHECK(made ==
          Lines{"CREATE INDEX " + how +
                R"("By_Pages" ON "shop_book" ("pages", "title" DESC))"});
    CHECK(history.model("book").indexes[0].name() == "By_Pages");
    CHECK(history.rows("SELECT title FROM shop_book") == "T");
  }
}

TEST_CASE("AddIndexConcurrently: the database refuses it in a transaction") {
  CHECK(operations_of({kAdd}).front()->concurrent());
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql);
  CHECK_THROWS(history.apply(item(kAdd)));
}

TEST_CASE(
    "AddIndexConcurrently: what it says of itself, and what is wrong with it") {
  CHECK(says(kAdd) ==
        "+ Concurrently create index By_Pages on field(s) pages, -title of "
        "model book (book_by_pages)");
  CHECK(mistakes("AddIndexConcurrently: {model_name: book, index: {fields: "
                 "[a]}}") ==
        Lines{"2:53: the index of AddIndexConcurrently needs a name (only in "
              "models.yaml an index gets one by itself)"});
  History history(settings::Engine::kSqlite);
  CHECK(history.refused(item("AddIndexConcurrently: {model_name: tag, index: "
                             "{fields: [a], name: x}}")) ==
        "2:5: model shop.tag does not exist at this point of the migrations");
}

TEST_CASE("it folds as AddIndex does") {
  CHECK(folded({kAdd, "RemoveIndex: {model_name: book, name: By_Pages}"})
            .empty());
  CHECK(folded({kAdd,
                "RemoveIndexConcurrently: {model_name: book, name: "
                "By_Pages}"})
            .empty());
}
