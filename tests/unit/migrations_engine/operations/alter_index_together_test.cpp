#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

std::string together(const std::string& lists) {
  return "AlterIndexTogether: {name: Book, index_together: " + lists + "}";
}

}  // namespace

TEST_CASE("fields are indexed together, and no longer") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.fill();
    history.round_trip(item(together("[[title, author]]")));
    history.round_trip(item(together("[[title, pages], [author, pages]]")));
    CHECK(history.model("book").index_together().size() == 2);
    history.round_trip(item(together("[]")));
    CHECK(history.model("book").index_together().empty());
    CHECK(history.rows("SELECT title FROM shop_book") == "T");
  }
}

// md5("shop_booktitlepages")[:8] is in the name, as in Django's.
TEST_CASE("PostgreSQL gets an index, and loses the one it has") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql);
  CHECK(
      history.apply(item(together("[[title, pages]]"))) ==
      Lines{
          R"(CREATE INDEX "shop_book_title_pages_f2d71c4a_idx" ON "shop_book" ("title", "pages"))"});
  CHECK(history.apply(item(together("[]"))) ==
        Lines{R"(DROP INDEX IF EXISTS "shop_book_title_pages_f2d71c4a_idx")"});
}

TEST_CASE(
    "AlterIndexTogether: what it says of itself, and what is wrong with it") {
  CHECK(says(together("[[title, author], [pages]]")) ==
        "~ Alter index_together for Book (2 constraint(s)) "
        "(alter_book_index_together)");
  CHECK(written({together("[a, b]")}) == written({together("[[a, b]]")}));
  CHECK(written({together("null")}) == written({together("[]")}));
  CHECK(mistakes("AlterIndexTogether: {name: Book}") ==
        Lines{"2:25: AlterIndexTogether needs the key index_together"});
  History history(settings::Engine::kSqlite);
  CHECK(history.refused(item("AlterIndexTogether: {name: Tag, "
                             "index_together: []}")) ==
        "2:5: model shop.tag does not exist at this point of the migrations");
}

TEST_CASE(
    "AlterIndexTogether: of two the later one counts, and none if the model "
    "goes") {
  CHECK(folded({together("[[a, b]]"), together("[[c, d]]")}) ==
        written({together("[[c, d]]")}));
  CHECK(folded({together("[[a, b]]"), "DeleteModel: {name: Book}"}) ==
        written({"DeleteModel: {name: Book}"}));
}

TEST_CASE("AlterIndexTogether: changes of other fields may be passed") {
  const std::string other =
      "AlterUniqueTogether: {name: Book, unique_together: "
      "[[a, b]]}";
  CHECK(meets(together("[[a, b]]"), other) == "passes");
  CHECK(meets(together("[[a, b]]"), "AlterModelTable: {name: Tag, table: t}") ==
        "passes");
  const std::string add_c =
      "AddField: {model_name: book, name: c, field: {type: IntegerField}}";
  CHECK(meets(together("[[a, b]]"), add_c) == "stays");
  CHECK(meets(add_c, together("[[a, b]]")) == "passes");
  CHECK(meets(add_c, together("[[a, c]]")) == "stays");
  // An empty list takes away those of any field.
  CHECK(meets(add_c, together("[]")) == "stays");
}
