#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

const std::string kField =
    "type: ForeignKey, to: shop.target, on_delete: CASCADE, related_name: x, "
    "default: 1";
const std::string kAdd = "AddField: {model_name: item, name: u, field: {" +
                         kField +
                         "}, preserve_default: false, not_valid: true}";
const std::string kValidate = "ValidateForeignKey: {model_name: item, name: u}";

constexpr const char* kValid =
    "SELECT convalidated FROM pg_constraint WHERE conname LIKE "
    "'shop_item_u_id_%'";

}  // namespace

TEST_CASE("PostgreSQL looks at the rows there are, by the key's real name") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql, kItems);
  history.fill();
  history.apply(item(kAdd));
  history.connection().execute("UPDATE shop_item SET u_id = 1");
  CHECK(history.rows(kValid) == "false");
  // Old names stay when the table gets another one.
  history.apply(item("AlterModelTable: {name: item, table: things}"));
  CHECK(history.round_trip(item(kValidate)) ==
        Lines{R"(ALTER TABLE "things" VALIDATE CONSTRAINT )"
              R"("shop_item_u_id_34602104_fk_shop_target_id")"});
  CHECK(history.rows(kValid) == "true");
}

TEST_CASE("a row that points nowhere is found") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql, kItems);
  history.fill();
  history.apply(item(text::replace_all(kAdd, "default: 1", "default: 9")));
  CHECK_THROWS(history.apply(item(kValidate)));
  history.connection().execute("UPDATE shop_item SET u_id = 1");
  history.apply(item(kValidate));
  CHECK(history.rows(kValid) == "true");
}

TEST_CASE("it runs outside a transaction too") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql, kItems);
  history.fill();
  history.set_atomic(false);
  CHECK(history.round_trip(item(kAdd) + item(kValidate)).size() == 5);
  CHECK(history.rows(kValid) == "true");
}

TEST_CASE("a key that is still to be made has nothing to look at") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, kItems);
    const std::string note =
        "CreateModel: {name: Note, fields: {id: {type: BigAutoField, "
        "primary_key: true}, u: {" +
        kField + "}}}";
    history.round_trip(item(note) +
                       item("RunSQL: {sql: SELECT 1, reverse_sql: noop}") +
                       item("ValidateForeignKey: {model_name: note, name: u}"));
    CHECK(history.has("shop_note: 2 "));
  }
}

TEST_CASE("on SQLite a key is checked from its beginning") {
  History history(settings::Engine::kSqlite, kItems);
  history.fill();
  CHECK_THROWS(
      history.apply(item(text::replace_all(kAdd, "default: 1", "default: 9"))));
  history.connection().rollback();
  history.apply(item(kAdd));
  CHECK(history.round_trip(item(kValidate)).empty());
}

TEST_CASE(
    "ValidateForeignKey: what it says of itself, and what is wrong with it") {
  CHECK(says(kValidate) ==
        "~ Validate foreign key u on item (item_validate_u)");
  CHECK(mistakes("ValidateForeignKey: {model_name: item}") ==
        Lines{"2:25: ValidateForeignKey needs the key name"});
  History history(settings::Engine::kSqlite, kItems);
  for (const char* field : {"u", "qty"}) {
    CHECK(history.refused(item(std::string("ValidateForeignKey: {model_name: "
                                           "item, name: ") +
                               field + "}")) ==
          std::string("2:5: model shop.item has no foreign key ") + field +
              " at this point of the migrations");
  }
}

TEST_CASE("ValidateForeignKey: nothing on its field moves past it") {
  const Lines steps{kAdd, kValidate,
                    "AlterField: {model_name: item, name: u, field: {" +
                        kField + ", null: true}}"};
  CHECK(folded(steps) == written(steps));
  CHECK(meets(kAdd, kValidate) == "stays");
  CHECK(meets(kValidate,
              "RenameField: {model_name: item, old_name: u, "
              "new_name: v}") == "stays");
  const std::string removed = "RemoveField: {model_name: item, name: u}";
  CHECK(folded({kValidate, removed}) == written({removed}));
  CHECK(meets(kValidate, "RemoveField: {model_name: item, name: qty}") ==
        "passes");
  CHECK(meets(kValidate, "RunSQL: {sql: SELECT 1}") == "stays");
}

TEST_CASE("ValidateForeignKey: a new table needs no second look") {
  CHECK(folded({"CreateModel: {name: Item, fields: {}}", kAdd, kValidate}) ==
        written({"CreateModel: {name: Item, fields: {u: {type: ForeignKey, to: "
                 "shop.target, on_delete: CASCADE, related_name: x}}}"}));
}
