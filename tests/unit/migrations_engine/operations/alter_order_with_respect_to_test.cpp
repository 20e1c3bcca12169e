#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

std::string order(const std::string& field) {
  return "AlterOrderWithRespectTo: {name: Book, order_with_respect_to: " +
         field + "}";
}

}  // namespace

TEST_CASE(
    "an order among others is a column of its own, 0 for the rows there "
    "are") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.fill();
    history.round_trip(item(order("author")));
    CHECK(history.rows("SELECT title, _order FROM shop_book") == "T|0");
    // With respect to another field it is the same column.
    CHECK(history.round_trip(item(order("pages"))).empty());
    history.round_trip(item(order("null")));
    CHECK_FALSE(history.has("shop_book._order"));
    CHECK(history.rows("SELECT title FROM shop_book") == "T");
  }
}

// Django 5.1.1 makes the same statements.
TEST_CASE("the column of an order has no default in the database") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql);
  CHECK(
      history.apply(item(order("author"))) ==
      Lines{
          R"(ALTER TABLE "shop_book" ADD COLUMN "_order" integer DEFAULT 0 NOT NULL)",
          R"(ALTER TABLE "shop_book" ALTER COLUMN "_order" DROP DEFAULT)"});
}

TEST_CASE("the column of an order stays the last one") {
  History history(settings::Engine::kSqlite);
  history.apply(item(order("author")));
  history.apply(
      item("AddField: {model_name: book, name: a, field: {type: "
           "IntegerField, null: true}}"));
  CHECK(history.model("book").fields.back().name == "_order");
  history.apply(
      item("RenameField: {model_name: book, old_name: author, "
           "new_name: writer}"));
  CHECK(history.model("book").options.find("order_with_respect_to")->text() !=
        nullptr);
  CHECK(*history.model("book").options.find("order_with_respect_to")->text() ==
        "writer");
}

TEST_CASE("what an order says of itself, and what is wrong with it") {
  CHECK(says(order("author")) ==
        "~ Set order_with_respect_to on Book to author "
        "(alter_book_order_with_respect_to)");
  CHECK(says(order("null")) ==
        "~ Set order_with_respect_to on Book to None "
        "(alter_book_order_with_respect_to)");
  CHECK(mistakes("AlterOrderWithRespectTo: {name: Book}") ==
        Lines{"2:30: AlterOrderWithRespectTo needs the key "
              "order_with_respect_to"});
  History history(settings::Engine::kSqlite);
  CHECK(history.refused(item("AlterOrderWithRespectTo: {name: Tag, "
                             "order_with_respect_to: a}")) ==
        "2:5: model shop.tag does not exist at this point of the migrations");
}

TEST_CASE("of two orders the later one counts, and none if the model goes") {
  CHECK(folded({order("a"), order("null")}) == written({order("null")}));
  CHECK(folded({order("a"), "DeleteModel: {name: Book}"}) ==
        written({"DeleteModel: {name: Book}"}));
  const std::string add =
      "AddField: {model_name: book, name: a, field: {type: IntegerField}}";
  CHECK(meets(add, order("a")) == "stays");
  CHECK(meets(add, order("b")) == "passes");
  CHECK(meets(add, order("null")) == "stays");
}
