#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

std::string alter(const std::string& name, const std::string& field,
                  const std::string& rest = "") {
  return "AlterField: {model_name: item, name: " + name + ", field: {" + field +
         "}" + rest + "}";
}

const std::string kKey =
    "type: ForeignKey, to: shop.target, on_delete: CASCADE, related_name: x";

std::string add(const std::string& name, const std::string& field) {
  return item("AddField: {model_name: item, name: " + name + ", field: {" +
              field + "}}");
}

}  // namespace

TEST_CASE("a changed field keeps its values") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, kItems);
    history.fill();
    history.round_trip(
        item(alter("code", "type: CharField, max_length: 20, unique: true")));
    history.round_trip(item(alter("code", "type: TextField, unique: true")));
    history.round_trip(item(alter("qty", "type: BigIntegerField")));
    history.round_trip(
        item(alter("qty", "type: IntegerField, db_index: true")));
    history.round_trip(item(alter("qty", "type: IntegerField, unique: true")));
    history.round_trip(item(alter("qty", "type: PositiveIntegerField")));
    history.round_trip(item(alter("qty",
                                  "type: IntegerField, null: true, "
                                  "db_column: quantity")));
    CHECK(history.rows("SELECT quantity, code, t_id FROM shop_item ORDER BY "
                       "id") == "3|c|1\n4|d|1");
  }
}

TEST_CASE("NULLs get the default that the change has for them") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, kItems);
    history.fill();
    history.apply(add("a", "type: IntegerField, null: true"));
    history.apply(add("b", "type: TextField, null: true"));
    history.round_trip(item(alter("a", "type: IntegerField, default: 7",
                                  ", preserve_default: false")));
    history.round_trip(item(alter("b", "type: TextField, default: x")));
    CHECK(history.rows("SELECT a, b FROM shop_item") == "7|x\n7|x");
    CHECK_FALSE(history.model("item").find_field("a")->has_default());
    CHECK(history.model("item").find_field("b")->has_default());
  }
}

TEST_CASE("NULLs without a default stop the migration, and nothing is lost") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, kItems);
    history.fill();
    history.apply(add("a", "type: IntegerField, null: true"));
    const Lines before = history.schema();
    CHECK_THROWS(history.apply(item(alter("a", "type: IntegerField"))));
    CHECK(history.schema() == before);
    CHECK(history.rows("SELECT code FROM shop_item ORDER BY id") == "c\nd");
  }
}

TEST_CASE("relations become others") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, kItems);
    history.fill();
    history.round_trip(item(alter("t",
                                  "type: ForeignKey, to: shop.target, "
                                  "on_delete: CASCADE, null: true, "
                                  "db_constraint: false")));
    history.round_trip(item(alter("t",
                                  "type: ForeignKey, to: shop.item, on_delete: "
                                  "CASCADE, null: true")));
    CHECK_THROWS(history.connection().execute(
        "UPDATE shop_item SET t_id = 9 WHERE id = 1"));
    history.round_trip(item(alter("t",
                                  "type: ForeignKey, to: shop.target, "
                                  "on_delete: CASCADE, null: true")));
    CHECK(history.rows("SELECT t_id FROM shop_item") == "1\n1");
  }
}

TEST_CASE("a key of another type takes the foreign keys along") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, kItems);
    history.fill();
    history.round_trip(
        item("AlterField: {model_name: target, name: id, field: {type: "
             "AutoField, primary_key: true}}"));
    CHECK(history.rows("SELECT t_id FROM shop_item") == "1\n1");
    CHECK_THROWS(history.connection().execute("UPDATE shop_item SET t_id = 9"));
    history.connection().execute("INSERT INTO shop_target (code) VALUES ('y')");
    CHECK(history.rows("SELECT max(id) FROM shop_target") == "2");
  }
}

// Django 5.1.1 makes the same statements.
TEST_CASE("PostgreSQL changes types, NULL and indexes of a column") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql, kItems);
  history.apply(add("a", "type: IntegerField, null: true"));
  history.apply(add("b", "type: IntegerField"));
  auto changed = [&](const std::string& name, const std::string& field,
                     const std::string& rest = "") {
    return history.apply(item(alter(name, field, rest)));
  };
  const std::string table = R"(ALTER TABLE "shop_item" )";
  CHECK(changed("code", "type: CharField, max_length: 20, unique: true") ==
        Lines{table + R"(ALTER COLUMN "code" TYPE varchar(20))"});
  CHECK(changed("b", "type: BigIntegerField") ==
        Lines{table + R"(ALTER COLUMN "b" TYPE bigint USING "b"::bigint)"});
  CHECK(changed("b", "type: CharField, max_length: 5") ==
        Lines{table +
              R"(ALTER COLUMN "b" TYPE varchar(5) USING "b"::varchar(5))"});
  CHECK(changed("a", "type: IntegerField, default: 0") ==
        Lines{table + R"(ALTER COLUMN "a" SET DEFAULT 0)",
              R"(UPDATE "shop_item" SET "a" = 0 WHERE "a" IS NULL)",
              "SET CONSTRAINTS ALL IMMEDIATE",
              table + R"(ALTER COLUMN "a" SET NOT NULL)",
              table + R"(ALTER COLUMN "a" DROP DEFAULT)"});
  CHECK(changed("a", "type: IntegerField, null: true") ==
        Lines{table + R"(ALTER COLUMN "a" DROP NOT NULL)"});
  CHECK(changed("a", "type: IntegerField") ==
        Lines{table + R"(ALTER COLUMN "a" SET NOT NULL)"});
  const std::string like =
      R"(CREATE INDEX "shop_item_b_d2d6c947_like" ON "shop_item" ("b" varchar_pattern_ops))";
  CHECK(changed("b", "type: CharField, max_length: 5, db_index: true") ==
        Lines{R"(CREATE INDEX "shop_item_b_d2d6c947" ON "shop_item" ("b"))",
              like});
  CHECK(changed("b", "type: CharField, max_length: 5, unique: true") ==
        Lines{R"(DROP INDEX IF EXISTS "shop_item_b_d2d6c947")",
              R"(DROP INDEX IF EXISTS "shop_item_b_d2d6c947_like")",
              table +
                  R"(ADD CONSTRAINT "shop_item_b_d2d6c947_uniq" UNIQUE ("b"))",
              like});
  CHECK(changed("b", "type: CharField, max_length: 5") ==
        Lines{table + R"(DROP CONSTRAINT "shop_item_b_d2d6c947_uniq")",
              R"(DROP INDEX IF EXISTS "shop_item_b_d2d6c947_like")"});
  CHECK(changed("qty", "type: IntegerField") ==
        Lines{table + R"(DROP CONSTRAINT "shop_item_qty_check")"});
  CHECK(
      changed("qty", "type: PositiveIntegerField") ==
      Lines{
          table +
          R"(ADD CONSTRAINT "shop_item_qty_b49d2b19_check" CHECK ("qty" >= 0))"});
}

TEST_CASE("what the database does not see needs no statement") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, kItems);
    CHECK(history
              .round_trip(item(alter("qty",
                                     "type: PositiveIntegerField, help_text: "
                                     "x, blank: true, default: 3, choices: [1, "
                                     "2], db_column: qty")))
              .empty());
  }
}

TEST_CASE("not_valid: PostgreSQL makes a new key for new rows only") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql, kItems);
  history.fill();
  history.apply(item("AddField: {model_name: item, name: u, field: {" + kKey +
                     ", db_constraint: false, default: 9}}"));
  const std::string known = kKey + ", default: 9";
  CHECK_THROWS(history.apply(item(alter("u", known))));
  history.connection().rollback();
  CHECK(
      history.round_trip(item(alter("u", known, ", not_valid: true"))) ==
      Lines{
          R"(ALTER TABLE "shop_item" ADD CONSTRAINT "shop_item_u_id_34602104_fk_shop_target_id" FOREIGN KEY ("u_id") REFERENCES "shop_target" ("id") DEFERRABLE INITIALLY DEFERRED NOT VALID)"});
  CHECK(history.rows("SELECT u_id FROM shop_item") == "9\n9");
  CHECK_THROWS(history.connection().execute("UPDATE shop_item SET u_id = 8"));
  // A key that stays as it is, is not made anew.
  CHECK(history.apply(item(alter("u", known, ", not_valid: true"))).empty());
}

TEST_CASE("not_valid: SQLite changes the key as always") {
  const std::string field = kKey + ", null: true";
  const std::string added = item(
      "AddField: {model_name: item, name: u, field: {type: BigIntegerField"
      ", db_column: u_id, null: true}}");
  History history(settings::Engine::kSqlite, kItems),
      plain(settings::Engine::kSqlite, kItems);
  history.apply(added);
  plain.apply(added);
  CHECK(history.round_trip(item(alter("u", field, ", not_valid: true"))) ==
        plain.apply(item(alter("u", field))));
}

TEST_CASE(
    "not_valid: a changed field without a foreign key has no use for it") {
  CHECK(mistakes(alter("a", "type: TextField", ", not_valid: true")) ==
        Lines{"2:82: not_valid of AlterField is about a foreign key, and a has "
              "none in the database (take it out: only a ForeignKey or "
              "OneToOneField has one, unless it says `db_constraint: "
              "false`)"});
}

TEST_CASE("not_valid: it survives the folding of changes") {
  const std::string rest = ", not_valid: true";
  const std::string rename =
      "RenameField: {model_name: item, old_name: u, new_name: v}";
  CHECK(folded({alter("u", kKey, rest), alter("u", kKey + ", null: true")}) ==
        written({alter("u", kKey + ", null: true", rest)}));
  CHECK(folded({alter("u", "type: IntegerField"), alter("u", kKey, rest)}) ==
        written({alter("u", kKey, rest)}));
  CHECK(folded({alter("u", kKey, rest), alter("u", "type: IntegerField")}) ==
        written({alter("u", "type: IntegerField")}));
  CHECK(folded({alter("u", kKey, rest), rename}) ==
        written({rename, alter("v", kKey, rest)}));
  CHECK(folded({"CreateModel: {name: Item, fields: {u: {type: IntegerField}}}",
                alter("u", kKey, rest)}) ==
        written({"CreateModel: {name: Item, fields: {u: {" + kKey + "}}}"}));
}

TEST_CASE("a field that is not there is not changed") {
  History history(settings::Engine::kSqlite, kItems);
  CHECK(history.refused(item(alter("cod", "type: TextField"))) ==
        "2:5: model shop.item has no field cod at this point of the "
        "migrations");
}

TEST_CASE("what a changed field says of itself, and what is wrong with it") {
  CHECK(says("AlterField: {model_name: Item, name: ISBN, field: {type: "
             "TextField}}") == "~ Alter field ISBN on Item (alter_item_isbn)");
  CHECK(mistakes("AlterField: {model_name: item, name: a}") ==
        Lines{"2:17: AlterField needs the key field"});
}

TEST_CASE("of two changes the later one counts, and none if the field goes") {
  CHECK(folded({alter("a", "type: IntegerField"),
                alter("a", "type: TextField")}) ==
        written({alter("a", "type: TextField")}));
  CHECK(folded({alter("a", "type: IntegerField"),
                "RemoveField: {model_name: item, name: a}"}) ==
        written({"RemoveField: {model_name: item, name: a}"}));
}

TEST_CASE("a field is renamed first, and changed under its new name") {
  const std::string rename =
      "RenameField: {model_name: item, old_name: a, new_name: b}";
  CHECK(folded({alter("a", "type: IntegerField"), rename}) ==
        written({rename, alter("b", "type: IntegerField")}));
  // With a column of its own it is the change that makes renaming harmless.
  const Lines kept{alter("a", "type: IntegerField, db_column: a"), rename};
  CHECK(folded(kept) == written(kept));
}

// Where Django's optimizer forgets the value for the rows (docs/decisions.md).
TEST_CASE("the default for NULLs survives folding") {
  const std::string once = ", preserve_default: false";
  const std::string first = alter("a", "type: IntegerField, default: 7", once);
  CHECK(folded({first, alter("a", "type: IntegerField, db_index: true")}) ==
        written({alter("a", "type: IntegerField, db_index: true, default: 7",
                       once)}));
  CHECK(folded({first, alter("a", "type: IntegerField, default: 8")}) ==
        written({alter("a", "type: IntegerField, default: 8")}));
  CHECK(folded({first, alter("a", "type: IntegerField, null: true")}) ==
        written({alter("a", "type: IntegerField, null: true")}));
  const std::string rename =
      "RenameField: {model_name: item, old_name: a, new_name: b}";
  CHECK(folded({first, rename}) ==
        written({rename, alter("b", "type: IntegerField, default: 7", once)}));
}

TEST_CASE("a changed field may change places with what concerns others") {
  const std::string first = alter("a", "type: IntegerField");
  CHECK(meets(first, alter("b", "type: IntegerField")) == "passes");
  CHECK(meets(first, "RenameModel: {old_name: Tag, new_name: Mark}") ==
        "passes");
  CHECK(meets(first, "RenameModel: {old_name: Item, new_name: Thing}") ==
        "stays");
  CHECK(meets(first, "RunSQL: {sql: SELECT 1}") == "stays");
  CHECK(meets(first,
              "AlterOrderWithRespectTo: {name: item, "
              "order_with_respect_to: a}") == "stays");
}
