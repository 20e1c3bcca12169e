#include "migrations_engine/operations/rename_model.hpp"

#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

const char* kRename = "  - RenameModel: {old_name: Author, new_name: Writer}\n";

}  // namespace

TEST_CASE("a renamed model keeps its rows, and what refers to it follows") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.connection().execute(
        "INSERT INTO shop_author (name) VALUES ('Ann')");
    history.connection().execute(
        "INSERT INTO shop_book (title, pages, author_id) VALUES ('T', 1, 1)");
    history.connection().execute(
        "INSERT INTO shop_book_readers (book_id, author_id) VALUES (1, 1)");
    history.round_trip(kRename);
    CHECK(history.rows("SELECT name FROM shop_writer") == "Ann");
    CHECK(history.rows("SELECT book_id, writer_id FROM shop_book_readers") ==
          "1|1");
    CHECK(history.model("book").find_field("author")->to() == "shop.writer");
    CHECK_FALSE(history.has("shop_author"));
  }
}

TEST_CASE("PostgreSQL renames the table and the column of the join table") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql);
  CHECK(history.apply(kRename) ==
        Lines{R"(ALTER TABLE "shop_author" RENAME TO "shop_writer")",
              R"(ALTER TABLE "shop_book_readers" RENAME COLUMN "author_id" TO )"
              R"("writer_id")"});
}

TEST_CASE("the join tables of a renamed model take its name") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.round_trip("  - RenameModel: {old_name: Book, new_name: Volume}\n");
    CHECK(history.has("shop_volume_readers.volume_id"));
  }
}

TEST_CASE("a relation of a model to itself survives its renaming") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, R"(
  - CreateModel:
      name: Person
      fields:
        id: {type: BigAutoField, primary_key: true}
        parent: {type: ForeignKey, to: shop.person, on_delete: CASCADE, null: true}
        friends: {type: ManyToManyField, to: shop.person}
)");
    history.round_trip(
        "  - RenameModel: {old_name: Person, new_name: Human}\n");
    CHECK(history.has("shop_human_friends.from_human_id"));
    CHECK(history.has("shop_human_friends.to_human_id"));
  }
}

TEST_CASE("a model with a table name of its own keeps the table") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.apply("  - AlterModelTable: {name: Author, table: people}\n");
    history.round_trip(kRename);
    CHECK(history.has("people.name"));
  }
}

TEST_CASE("renaming after other changes of the same migration") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.round_trip(R"(
  - AlterField: {model_name: book, name: pages, field: {type: BigIntegerField, default: 0}}
  - AddField: {model_name: author, name: born, field: {type: IntegerField, default: 1900, db_index: true}, preserve_default: false}
  - RenameModel: {old_name: Author, new_name: Writer}
  - AddField: {model_name: writer, name: died, field: {type: IntegerField, null: true}}
)");
    CHECK(history.has("shop_writer.died"));
  }
}

TEST_CASE("what a renaming says of itself, and how it folds") {
  RenameModel rename("Author", "Writer");
  CHECK(rename.describe() == "Rename model Author to Writer");
  CHECK(rename.fragment() == "rename_author_writer");
  CHECK(rename.references_model("writer", "shop"));
  auto first = std::make_shared<RenameModel>("A", "B");
  Reduction folded = first->reduce(RenameModel("B", "C"), "shop");
  REQUIRE(folded.operations.size() == 1);
  CHECK(folded.operations.front()->describe() == "Rename model A to C");
}
