#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

std::string gone(const std::string& name) {
  return "RemoveField: {model_name: item, name: " + name + "}";
}

}  // namespace

TEST_CASE("a field goes with its column, whatever it is") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, kItems);
    history.apply(
        item("AddField: {model_name: item, name: a, field: {type: "
             "IntegerField, null: true}}"));
    history.apply(
        item("AddField: {model_name: item, name: tags, field: {type: "
             "ManyToManyField, to: shop.target, related_name: x}}"));
    history.apply(
        item("AddField: {model_name: item, name: slug, field: {type: "
             "SlugField, null: true}}"));
    history.fill();
    for (const char* name : {"a", "slug", "tags"}) {
      history.round_trip(item(gone(name)));
    }
    CHECK_FALSE(history.has("shop_item.slug"));
    CHECK_FALSE(history.has("shop_item_tags"));
    CHECK(history.rows("SELECT qty, code, t_id FROM shop_item ORDER BY id") ==
          "3|c|1\n4|d|1");
  }
}

TEST_CASE("a field that comes back has its default") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, kItems);
    history.fill();
    history.apply(
        item("AddField: {model_name: item, name: a, field: {type: "
             "IntegerField, default: 5}}"));
    history.connection().execute("UPDATE shop_item SET a = 6");
    history.apply_and_undo(item(gone("a")));
    CHECK(history.rows("SELECT code, a FROM shop_item ORDER BY id") ==
          "c|5\nd|5");
  }
}

TEST_CASE("a unique field, a key and one with a check go without a trace") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, kItems);
    for (const char* name : {"code", "t", "qty"}) {
      history.round_trip(item(gone(name)));
    }
    const Lines left = history.schema();
    // The column id and the primary key.
    CHECK(std::count_if(left.begin(), left.end(), [](const std::string& line) {
            return line.starts_with("shop_item");
          }) == 2);
  }
}

// Django 5.1.1 makes the same statements.
TEST_CASE("PostgreSQL lets go of the key before the column") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql, kItems);
  CHECK(
      history.apply(item(gone("t"))) ==
      Lines{
          R"(SET CONSTRAINTS "shop_item_t_id_ac7b8960_fk_shop_target_id" IMMEDIATE)",
          R"(ALTER TABLE "shop_item" DROP CONSTRAINT "shop_item_t_id_ac7b8960_fk_shop_target_id")",
          R"(ALTER TABLE "shop_item" DROP COLUMN "t_id" CASCADE)"});
}

TEST_CASE("a field that is not there is not removed") {
  History history(settings::Engine::kSqlite, kItems);
  CHECK(history.refused(item(gone("cod"))) ==
        "2:5: model shop.item has no field cod at this point of the "
        "migrations");
  CHECK(history.refused(item("RemoveField: {model_name: tag, name: a}")) ==
        "2:5: model shop.tag does not exist at this point of the migrations");
}

TEST_CASE("what a removed field says of itself, and what is wrong with it") {
  CHECK(says("RemoveField: {model_name: Item, name: ISBN}") ==
        "- Remove field ISBN from Item (remove_item_isbn)");
  CHECK(mistakes("RemoveField: {name: [a]}") ==
        Lines{"2:18: RemoveField needs the key model_name",
              "2:25: name of RemoveField must be text, not a list"});
}

TEST_CASE("a field need not go if its model does") {
  CHECK(folded({gone("a"), "DeleteModel: {name: Item}"}) ==
        written({"DeleteModel: {name: Item}"}));
  CHECK(meets(gone("a"), "DeleteModel: {name: Target}") == "stays");
  CHECK(meets(gone("a"), gone("b")) == "passes");
  CHECK(meets(gone("a"), gone("a")) == "stays");
}
