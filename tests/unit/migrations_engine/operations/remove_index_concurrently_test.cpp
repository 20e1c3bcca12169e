#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

const std::string kAdd =
    "AddIndex: {model_name: book, index: {fields: [pages], name: By_Pages}}";
const std::string kRemove =
    "RemoveIndexConcurrently: {model_name: book, name: By_Pages}";

}  // namespace

TEST_CASE("an index goes beside the writers, outside a transaction") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.apply(item(kAdd));
    history.fill();
    history.set_atomic(false);
    CHECK(history.round_trip(item(kRemove)) ==
          Lines{engine == settings::Engine::kSqlite
                    ? R"(DROP INDEX "By_Pages")"
                    : R"(DROP INDEX CONCURRENTLY IF EXISTS "By_Pages")"});
    CHECK(history.model("book").indexes.empty());
    CHECK(history.rows("SELECT title FROM shop_book") == "T");
  }
}

TEST_CASE("RemoveIndexConcurrently: the database refuses it in a transaction") {
  CHECK(operations_of({kRemove}).front()->concurrent());
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql);
  history.apply(item(kAdd));
  CHECK_THROWS(history.apply(item(kRemove)));
}

TEST_CASE(
    "RemoveIndexConcurrently: an index that is not there is not removed") {
  History history(settings::Engine::kSqlite);
  CHECK(history.refused(item(kRemove)) ==
        "2:5: model shop.book has no index By_Pages at this point of the "
        "migrations");
}

TEST_CASE(
    "RemoveIndexConcurrently: what it says of itself, and what is wrong with "
    "it") {
  CHECK(says(kRemove) ==
        "- Concurrently remove index By_Pages from book "
        "(remove_book_by_pages)");
  CHECK(mistakes("RemoveIndexConcurrently: {model_name: book}") ==
        Lines{"2:30: RemoveIndexConcurrently needs the key name"});
}

TEST_CASE("it takes back an index, and stays where it is otherwise") {
  CHECK(folded({kAdd, kRemove}).empty());
  CHECK(meets(kRemove, kAdd) == "stays");
}
