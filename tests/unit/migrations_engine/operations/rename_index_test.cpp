#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

const std::string kAdd =
    "AddIndex: {model_name: book, index: {fields: [-pages], name: old}}";

std::string renaming(const std::string& from, const std::string& to) {
  return "RenameIndex: {model_name: book, new_name: " + to +
         ", old_name: " + from + "}";
}

const std::string kNamed =
    "RenameIndex: {model_name: book, new_name: by_title, old_fields: [title, "
    "pages]}";

}  // namespace

TEST_CASE("a renamed index stays the same index") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.apply(item(kAdd));
    history.fill();
    const Lines made = history.round_trip(item(renaming("old", "new")));
    CHECK(made ==
          (engine == settings::Engine::kSqlite
               ? Lines{R"(DROP INDEX "old")",
                       R"(CREATE INDEX "new" ON "shop_book" ("pages" DESC))"}
               : Lines{R"(ALTER INDEX "old" RENAME TO "new")"}));
    CHECK(history.model("book").indexes[0].name() == "new");
    CHECK(history.rows("SELECT title FROM shop_book") == "T");
  }
}

TEST_CASE("an index of index_together gets a name") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.apply(
        item("AlterIndexTogether: {name: book, index_together: "
             "[[title, pages], [pages, title]]}"));
    history.fill();
    history.round_trip(item(kNamed));
    CHECK(history.has("shop_book: 3 by_title") +
              history.has("shop_book: 4 by_title") +
              history.has("shop_book: 5 by_title") ==
          1);
    CHECK(history.model("book").index_together() ==
          std::vector<Lines>{{"pages", "title"}});
    CHECK(history.model("book").indexes[0].fields() == Lines{"title", "pages"});
  }
}

TEST_CASE("an index that is not there is not renamed") {
  History history(settings::Engine::kSqlite);
  CHECK(history.refused(item(renaming("old", "new"))) ==
        "2:5: model shop.book has no index old at this point of the "
        "migrations");
  CHECK(history.refused(item(kNamed)) ==
        "2:5: model shop.book has no index_together title, pages at this "
        "point of the migrations");
}

TEST_CASE("what a renamed index says of itself, and what is wrong with it") {
  CHECK(says(renaming("Old", "new")) ==
        "~ Rename index Old on book to new (rename_old_new)");
  CHECK(says(kNamed) ==
        "~ Rename unnamed index for title, pages on book to by_title "
        "(rename_book_title_pages_by_title)");
  const std::string either =
      "RenameIndex needs either old_name or old_fields (old_fields is for an "
      "index of index_together, which has no name)";
  CHECK(mistakes("RenameIndex: {model_name: book, new_name: x}") ==
        Lines{"2:18: " + either});
  CHECK(mistakes("RenameIndex: {model_name: book, new_name: x, old_name: y, "
                 "old_fields: [z]}") == Lines{"2:18: " + either});
}

TEST_CASE("two renames of an index become one") {
  CHECK(folded({renaming("a", "b"), renaming("b", "c")}) ==
        written({renaming("a", "c")}));
  CHECK(folded({kNamed, renaming("by_title", "c")}) ==
        written({"RenameIndex: {model_name: book, new_name: c, old_fields: "
                 "[title, pages]}"}));
  const Lines others{renaming("a", "b"), renaming("c", "d")};
  CHECK(folded(others) == written(others));
}
