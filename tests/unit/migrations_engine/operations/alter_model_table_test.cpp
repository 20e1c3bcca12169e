#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

TEST_CASE("a table with another name keeps its rows, as do its join tables") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.fill();
    history.round_trip(item("AlterModelTable: {name: Book, table: tomes}"));
    CHECK(history.rows("SELECT title FROM tomes") == "T");
    CHECK(history.rows("SELECT book_id, author_id FROM tomes_readers") ==
          "1|1");
    history.round_trip(item("AlterModelTable: {name: Book, table: null}"));
    CHECK(history.rows("SELECT title FROM shop_book") == "T");
  }
}

// Django 5.1.1 makes the same statements.
TEST_CASE("a table with another name is renamed") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql);
  CHECK(history.apply(item("AlterModelTable: {name: Book, table: prod}")) ==
        Lines{R"(ALTER TABLE "shop_book" RENAME TO "prod")",
              R"(ALTER TABLE "shop_book_readers" RENAME TO "prod_readers")"});
  CHECK(history.apply(item("AlterModelTable: {name: Book, table: prod}"))
            .empty());
}

TEST_CASE("the name of a table that is not ours is only remembered") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.apply(
        item("CreateModel: {name: Old, fields: {id: {type: "
             "BigAutoField, primary_key: true}}, options: {managed: "
             "false}}"));
    CHECK(history.round_trip(item("AlterModelTable: {name: Old, table: o}"))
              .empty());
    CHECK(history.table("old") == "o");
  }
}

TEST_CASE("what another table name says of itself, and what is wrong with it") {
  CHECK(says("AlterModelTable: {name: Book, table: tomes}") ==
        "~ Rename table for Book to tomes (alter_book_table)");
  CHECK(says("AlterModelTable: {name: Book, table: null}") ==
        "~ Rename table for Book to (default) (alter_book_table)");
  CHECK(mistakes("AlterModelTable: {name: Book}") ==
        Lines{"2:22: AlterModelTable needs the key table"});
  History history(settings::Engine::kSqlite);
  CHECK(history.refused(item("AlterModelTable: {name: Tag, table: x}")) ==
        "2:5: model shop.tag does not exist at this point of the migrations");
}

TEST_CASE("of two table names the later one counts, and none if it goes") {
  const std::string first = "AlterModelTable: {name: Book, table: a}";
  const std::string second = "AlterModelTable: {name: book, table: b}";
  CHECK(folded({first, second}) == written({second}));
  CHECK(folded({first, "DeleteModel: {name: Book}"}) ==
        written({"DeleteModel: {name: Book}"}));
  CHECK(meets(first, "AlterModelTable: {name: Tag, table: b}") == "passes");
  CHECK(meets(first,
              "AddField: {model_name: book, name: a, field: {type: "
              "IntegerField}}") == "stays");
}
