#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

const std::string kAdd =
    "AddIndex: {model_name: book, index: {fields: [-pages], name: By_Pages, "
    "condition: {pages__gt: 5}}}";
const std::string kRemove = "RemoveIndex: {model_name: Book, name: By_Pages}";

}  // namespace

TEST_CASE("an index goes, and comes back as it was") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.apply(item(kAdd));
    history.fill();
    const Lines made = history.round_trip(item(kRemove));
    CHECK(made == Lines{engine == settings::Engine::kSqlite
                            ? R"(DROP INDEX "By_Pages")"
                            : R"(DROP INDEX IF EXISTS "By_Pages")"});
    CHECK(history.model("book").indexes.empty());
    CHECK(history.rows("SELECT title FROM shop_book") == "T");
  }
}

TEST_CASE("RemoveIndex: an index that is not there is not removed") {
  History history(settings::Engine::kSqlite);
  CHECK(history.refused(item(kRemove)) ==
        "2:5: model shop.book has no index By_Pages at this point of the "
        "migrations");
}

TEST_CASE("what a removed index says of itself, and what is wrong with it") {
  CHECK(says(kRemove) ==
        "- Remove index By_Pages from Book (remove_book_by_pages)");
  CHECK(mistakes("RemoveIndex: {model_name: book, index: x}") ==
        Lines{"2:18: RemoveIndex needs the key name",
              "2:37: RemoveIndex has no key index"});
}

TEST_CASE("a removed index folds into nothing that comes later") {
  const Lines again{kRemove, kAdd};
  CHECK(folded(again) == written(again));
}
