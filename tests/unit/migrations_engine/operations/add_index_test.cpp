#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

std::string add(const std::string& index) {
  return "AddIndex: {model_name: book, index: {" + index + "}}";
}

}  // namespace

TEST_CASE("an index comes and goes, whatever it is on") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.fill();
    history.round_trip(item(add("fields: [title, -pages], name: by_title")));
    history.round_trip(item(add("fields: [author], name: by_author")));
    history.round_trip(
        item(add("expressions: [{Lower: title}, pages], name: by_lower")));
    history.round_trip(
        item(add("fields: [pages], name: thick, condition: "
                 "{pages__gt: 100}")));
    CHECK(history.rows("SELECT title FROM shop_book") == "T");
  }
}

// Django 5.1.1 makes the same statements.
TEST_CASE("PostgreSQL has more kinds of indexes") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql, kItems);
  auto made = [&](const std::string& index) {
    return history.apply(
        item("AddIndex: {model_name: item, index: {" + index + "}}"));
  };
  CHECK(made("fields: [code, -qty], name: my_idx") ==
        Lines{R"(CREATE INDEX "my_idx" ON "shop_item" ("code", "qty" DESC))"});
  CHECK(
      made("fields: [code], name: my_idx2, opclasses: [varchar_pattern_ops], "
           "include: [qty], condition: {qty__gt: 1}") ==
      Lines{
          R"(CREATE INDEX "my_idx2" ON "shop_item" ("code" varchar_pattern_ops) INCLUDE ("qty") WHERE "qty" > 1)"});
  CHECK(made("type: HashIndex, fields: [code], name: my_idx3") ==
        Lines{R"(CREATE INDEX "my_idx3" ON "shop_item" USING hash ("code"))"});
}

TEST_CASE("an index is on fields that are there") {
  History history(settings::Engine::kSqlite);
  CHECK(history.refused(item(add("fields: [titel], name: x"))) ==
        "2:5: shop.Book has no field titel");
  CHECK(history.refused(item("AddIndex: {model_name: tag, index: {fields: "
                             "[a], name: x}}")) ==
        "2:5: model shop.tag does not exist at this point of the migrations");
}

TEST_CASE("what a new index says of itself, and what is wrong with it") {
  CHECK(says(add("fields: [title, -pages], name: By_Title")) ==
        "+ Create index By_Title on field(s) title, -pages of model book "
        "(book_by_title)");
  CHECK(says(add("expressions: [{Lower: title}], name: x")) ==
        "+ Create index x on [{Lower: title}] on model book (book_x)");
  CHECK(mistakes(add("fields: [title]")) ==
        Lines{"2:41: the index of AddIndex needs a name (only in models.yaml "
              "an index gets one by itself)"});
  CHECK(mistakes("AddIndex: {index: {fields: [a], name: x}}") ==
        Lines{"2:15: AddIndex needs the key model_name"});
}

TEST_CASE("an index that goes again was never there") {
  const std::string first = add("fields: [title], name: by_title");
  CHECK(folded({first, "RemoveIndex: {model_name: Book, name: by_title}"})
            .empty());
  CHECK(folded({first,
                "RenameIndex: {model_name: book, old_name: by_title, "
                "new_name: on_title}"}) ==
        written({add("fields: [title], name: on_title")}));
  const Lines other{first, "RemoveIndex: {model_name: book, name: by_pages}"};
  CHECK(folded(other) == written(other));
}

TEST_CASE("nothing goes past an index, as in Django") {
  CHECK(meets(add("fields: [title], name: x"),
              "CreateModel: {name: Tag, fields: {}}") == "stays");
  CHECK(meets("CreateModel: {name: Tag, fields: {}}",
              add("fields: [title], name: x")) == "stays");
}
