#include "migrations_engine/operations/rename_field.hpp"

#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

std::string renamed(const std::string& from, const std::string& to) {
  return "  - RenameField: {model_name: book, old_name: " + from +
         ", new_name: " + to + "}\n";
}

}  // namespace

TEST_CASE("a renamed field keeps its values, without a rebuild") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.connection().execute(
        "INSERT INTO shop_author (name) VALUES ('Ann')");
    history.connection().execute(
        "INSERT INTO shop_book (title, pages, author_id) VALUES ('T', 7, 1)");
    CHECK(
        history.round_trip(renamed("pages", "length")) ==
        Lines{R"(ALTER TABLE "shop_book" RENAME COLUMN "pages" TO "length")"});
    CHECK(history.rows("SELECT length FROM shop_book") == "7");
  }
}

TEST_CASE("a renamed foreign key keeps its rows and its constraint") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.connection().execute(
        "INSERT INTO shop_author (name) VALUES ('Ann')");
    history.connection().execute(
        "INSERT INTO shop_book (title, pages, author_id) VALUES ('T', 7, 1)");
    history.round_trip(renamed("author", "writer"));
    CHECK(history.rows("SELECT writer_id FROM shop_book") == "1");
    CHECK_THROWS(history.connection().execute(
        "INSERT INTO shop_book (title, pages, writer_id) VALUES ('T', 7, 9)"));
  }
}

TEST_CASE("a renamed many-to-many field renames its join table") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.round_trip(renamed("readers", "fans"));
    CHECK(history.has("shop_book_fans.author_id"));
  }
}

TEST_CASE("indexes, constraints and computed fields go on with the new name") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.apply(R"(
  - AddIndex: {model_name: book, index: {fields: [-pages, title], name: book_pages, condition: {pages__gt: 5}}}
  - AddIndex: {model_name: book, index: {expressions: [{Abs: pages}], name: book_abs}}
  - AddConstraint: {model_name: book, constraint: {type: CheckConstraint, condition: {or: [{pages__gte: 0}, {not: {pages: {F: id}}}, {Q: {pages: 3}}]}, name: book_gte}}
  - AlterUniqueTogether: {name: book, unique_together: [[title, pages]]}
  - AddField: {model_name: book, name: twice, field: {type: GeneratedField, expression: {"*": [pages, 2]}, output_field: {type: IntegerField}, db_persist: true}}
)");
    history.round_trip(renamed("pages", "length"));
    const orm::ModelDef& book = history.model("book");
    CHECK(book.indexes[0].fields() == Lines{"-length", "title"});
    CHECK(to_json(book.indexes[0].arguments) ==
          R"({"fields":["-length","title"],"name":"book_pages",)"
          R"("condition":{"length__gt":5}})");
    CHECK(to_json(*book.indexes[1].arguments.find("expressions")) ==
          R"([{"Abs":"length"}])");
    CHECK(
        to_json(*book.constraints[0].arguments.find("condition")) ==
        R"({"or":[{"length__gte":0},{"not":{"length":{"F":"id"}}},{"Q":{"length":3}}]})");
    CHECK(book.unique_together() == std::vector<Lines>{{"title", "length"}});
    // Everything still works on the table, a rebuild included.
    history.round_trip(
        "  - AlterField: {model_name: book, name: title, field: {type: "
        "CharField, max_length: 250, db_index: true}}\n");
  }
}

TEST_CASE("a foreign key to a renamed field follows it") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, R"(
  - CreateModel: {name: Country, fields: {id: {type: BigAutoField, primary_key: true}, code: {type: CharField, max_length: 2, unique: true}}}
  - CreateModel: {name: City, fields: {id: {type: BigAutoField, primary_key: true}, country: {type: ForeignKey, to: shop.country, to_field: code, on_delete: CASCADE}}}
)");
    history.round_trip(
        "  - RenameField: {model_name: country, old_name: code, new_name: "
        "iso}\n");
    CHECK(history.model("city").find_field("country")->text("to_field") ==
          "iso");
    history.connection().execute(
        "INSERT INTO shop_country (iso) VALUES ('de')");
    history.connection().execute(
        "INSERT INTO shop_city (country_id) VALUES ('de')");
  }
}

TEST_CASE("a field is not renamed to one that is there") {
  History history(settings::Engine::kSqlite);
  CHECK_THROWS_WITH(history.apply(renamed("pages", "title")),
                    Catch::Contains("already has a field title"));
  CHECK_THROWS_WITH(history.apply(renamed("page", "length")),
                    Catch::Contains("has no field page"));
}

TEST_CASE("what a renaming of a field says of itself, and how it folds") {
  auto first = std::make_shared<RenameField>("book", "a", "b");
  CHECK(first->describe() == "Rename field a on book to b");
  CHECK(first->fragment() == "rename_a_book_b");
  Reduction folded = first->reduce(RenameField("book", "b", "c"), "shop");
  REQUIRE(folded.operations.size() == 1);
  CHECK(folded.operations.front()->describe() == "Rename field a on book to c");
}
