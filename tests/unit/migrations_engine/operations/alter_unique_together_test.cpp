#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

std::string together(const std::string& lists) {
  return "AlterUniqueTogether: {name: Book, unique_together: " + lists + "}";
}

}  // namespace

TEST_CASE("fields become unique together, and no longer") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.fill();
    history.round_trip(item(together("[[title, author]]")));
    CHECK_THROWS(history.connection().execute(
        "INSERT INTO shop_book (title, pages, author_id) VALUES ('T', 9, 1)"));
    history.round_trip(item(together("[[title, pages], [author, pages]]")));
    history.connection().execute(
        "INSERT INTO shop_book (title, pages, author_id) VALUES ('T', 9, 1)");
    history.round_trip(item(together("[]")));
    CHECK(history.model("book").unique_together().empty());
    CHECK(history.rows("SELECT pages FROM shop_book ORDER BY 1") == "7\n9");
  }
}

// Django 5.1.1 makes the same statements.
TEST_CASE("PostgreSQL gets a constraint, and loses the one it has") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql, kItems);
  history.apply(
      item("AddField: {model_name: item, name: a, field: {type: "
           "IntegerField, null: true}}"));
  history.apply(
      item("RenameField: {model_name: item, old_name: qty, new_name: "
           "quantity}"));
  CHECK(
      history.apply(item("AlterUniqueTogether: {name: item, unique_together: "
                         "[[a, quantity]]}")) ==
      Lines{
          R"(ALTER TABLE "shop_item" ADD CONSTRAINT "shop_item_a_quantity_c08aabdf_uniq" UNIQUE ("a", "quantity"))"});
  // Whatever the columns are called by now.
  history.apply(
      item("RenameField: {model_name: item, old_name: a, new_name: "
           "b}"));
  CHECK(
      history.apply(item("AlterUniqueTogether: {name: item, unique_together: "
                         "null}")) ==
      Lines{
          R"(ALTER TABLE "shop_item" DROP CONSTRAINT "shop_item_a_quantity_c08aabdf_uniq")"});
}

TEST_CASE("rows that are equal stop the migration") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.fill();
    history.connection().execute(
        "INSERT INTO shop_book (title, pages, author_id) VALUES ('T', 7, 1)");
    const Lines before = history.schema();
    CHECK_THROWS(history.apply(item(together("[[title, pages]]"))));
    CHECK(history.schema() == before);
  }
}

TEST_CASE(
    "AlterUniqueTogether: what it says of itself, and what is wrong with it") {
  CHECK(says(together("[[title, author], [pages]]")) ==
        "~ Alter unique_together for Book (2 constraint(s)) "
        "(alter_book_unique_together)");
  CHECK(written({together("[a, b]")}) == written({together("[[a, b]]")}));
  CHECK(written({together("null")}) == written({together("[]")}));
  CHECK(mistakes("AlterUniqueTogether: {name: Book}") ==
        Lines{"2:26: AlterUniqueTogether needs the key unique_together"});
  History history(settings::Engine::kSqlite);
  CHECK(history.refused(item("AlterUniqueTogether: {name: Tag, "
                             "unique_together: []}")) ==
        "2:5: model shop.tag does not exist at this point of the migrations");
}

TEST_CASE(
    "AlterUniqueTogether: of two the later one counts, and none if the model "
    "goes") {
  CHECK(folded({together("[[a, b]]"), together("[[c, d]]")}) ==
        written({together("[[c, d]]")}));
  CHECK(folded({together("[[a, b]]"), "DeleteModel: {name: Book}"}) ==
        written({"DeleteModel: {name: Book}"}));
}

TEST_CASE("AlterUniqueTogether: changes of other fields may be passed") {
  const std::string other =
      "AlterIndexTogether: {name: Book, index_together: "
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
