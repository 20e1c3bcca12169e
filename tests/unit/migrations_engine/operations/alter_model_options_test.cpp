#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

std::string options(const std::string& map) {
  return "AlterModelOptions: {name: Book, options: " + map + "}";
}

}  // namespace

TEST_CASE("options are no concern of the database") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.fill();
    CHECK(history
              .round_trip(item(options("{ordering: [title], verbose_name: "
                                       "tome, managed: false}")))
              .empty());
    CHECK(history.rows("SELECT title FROM shop_book") == "T");
  }
}

TEST_CASE("options that are not given are gone, the others' stay") {
  History history(settings::Engine::kSqlite);
  history.apply(
      item("AlterUniqueTogether: {name: book, unique_together: "
           "[[title, pages]]}"));
  history.apply(item(options("{ordering: [title], verbose_name: tome}")));
  history.apply(item(options("{ordering: [-title]}")));
  CHECK(to_json(Data(history.model("book").options)) ==
        R"({"unique_together":[["title","pages"]],"ordering":["-title"]})");
}

TEST_CASE("a model that is managed no longer keeps its table") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.apply(item(options("{managed: false}")));
    CHECK(history
              .round_trip(item("AddField: {model_name: book, name: a, field: "
                               "{type: IntegerField}}"))
              .empty());
    CHECK(history.round_trip(item("DeleteModel: {name: Book}")).empty());
    CHECK(history.has("shop_book.title"));
  }
}

TEST_CASE("what options say of themselves, and what is wrong with them") {
  CHECK(says(options("{}")) ==
        "~ Change Meta options on Book (alter_book_options)");
  CHECK(
      mistakes(options("{orderin: [a]}")) ==
      Lines{"2:47: meta of Book has no key orderin (did you mean ordering?)"});
  History history(settings::Engine::kSqlite);
  CHECK(history.refused(item("AlterModelOptions: {name: Tag, options: {}}")) ==
        "2:5: model shop.tag does not exist at this point of the migrations");
}

TEST_CASE("of two options the later ones count, and none if the model goes") {
  CHECK(folded({options("{ordering: [a]}"), options("{verbose_name: b}")}) ==
        written({options("{verbose_name: b}")}));
  CHECK(folded({options("{ordering: [a]}"), "DeleteModel: {name: Book}"}) ==
        written({"DeleteModel: {name: Book}"}));
  CHECK(meets(options("{}"), "DeleteModel: {name: Tag}") == "stays");
  CHECK(meets(options("{}"), "CreateModel: {name: Tag, fields: {}}") ==
        "passes");
}
