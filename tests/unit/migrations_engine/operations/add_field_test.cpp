#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

std::string add(const std::string& name, const std::string& field,
                const std::string& rest = "") {
  return "AddField: {model_name: item, name: " + name + ", field: {" + field +
         "}" + rest + "}";
}

const std::string kKey =
    "type: ForeignKey, to: shop.target, on_delete: CASCADE, related_name: x";

}  // namespace

TEST_CASE("rows get the default of a new field") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, kItems);
    history.fill();
    history.round_trip(item(add("a", "type: IntegerField, null: true")));
    history.round_trip(item(add("b", "type: IntegerField, default: 3")));
    history.round_trip(item(add("c", "type: TextField, default: it's",
                                ", preserve_default: false")));
    CHECK(history.rows("SELECT code, a, b, c FROM shop_item ORDER BY id") ==
          "c|NULL|3|it's\nd|NULL|3|it's");
    CHECK(history.model("item").find_field("b")->has_default());
    CHECK_FALSE(history.model("item").find_field("c")->has_default());
    // The database has no default of its own for later rows.
    CHECK_THROWS(history.connection().execute(
        "INSERT INTO shop_item (qty, code, t_id, b) VALUES (1, 'e', 1, 1)"));
  }
}

TEST_CASE("relations are added with what holds them") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, kItems);
    history.fill();
    history.round_trip(item(add("t2",
                                "type: ForeignKey, to: shop.target, on_delete: "
                                "CASCADE, related_name: x, null: true")));
    history.round_trip(item(add("one",
                                "type: OneToOneField, to: shop.target, "
                                "on_delete: CASCADE, related_name: y, null: "
                                "true")));
    history.round_trip(
        item(add("tags", "type: ManyToManyField, to: shop.target")));
    CHECK(history.has("shop_item_tags.target_id"));
    CHECK(history.rows("SELECT code FROM shop_item ORDER BY id") == "c\nd");
    history.connection().execute(
        "UPDATE shop_item SET one_id = 1 WHERE id = 1");
    CHECK_THROWS(history.connection().execute(
        "UPDATE shop_item SET one_id = 1 WHERE id = 2"));
    CHECK_THROWS(
        history.connection().execute("UPDATE shop_item SET t2_id = 99"));
  }
}

// Django 5.1.1 makes the same statements.
TEST_CASE("PostgreSQL adds a column, and what belongs to it") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql, kItems);
  CHECK(history.apply(item(add("a", "type: IntegerField, null: true"))) ==
        Lines{R"(ALTER TABLE "shop_item" ADD COLUMN "a" integer NULL)"});
  CHECK(
      history.apply(item(add("b", "type: IntegerField, default: 3"))) ==
      Lines{
          R"(ALTER TABLE "shop_item" ADD COLUMN "b" integer DEFAULT 3 NOT NULL)",
          R"(ALTER TABLE "shop_item" ALTER COLUMN "b" DROP DEFAULT)"});
  CHECK(
      history.apply(item(add("b2", "type: BooleanField, default: false",
                             ", preserve_default: false"))) ==
      Lines{
          R"(ALTER TABLE "shop_item" ADD COLUMN "b2" boolean DEFAULT false NOT NULL)",
          R"(ALTER TABLE "shop_item" ALTER COLUMN "b2" DROP DEFAULT)"});
  CHECK(
      history.apply(item(add("t2",
                             "type: ForeignKey, to: shop.target, on_delete: "
                             "CASCADE, null: true, related_name: x"))) ==
      Lines{
          R"(ALTER TABLE "shop_item" ADD COLUMN "t2_id" bigint NULL CONSTRAINT "shop_item_t2_id_5c4feda2_fk_shop_target_id" REFERENCES "shop_target"("id") DEFERRABLE INITIALLY DEFERRED)",
          R"(SET CONSTRAINTS "shop_item_t2_id_5c4feda2_fk_shop_target_id" IMMEDIATE)",
          R"(CREATE INDEX "shop_item_t2_id_5c4feda2" ON "shop_item" ("t2_id"))"});
  CHECK(
      history.apply(
          item(add("s", "type: SlugField, null: true, unique: true"))) ==
      Lines{
          R"(ALTER TABLE "shop_item" ADD COLUMN "s" varchar(50) NULL UNIQUE)",
          R"(CREATE INDEX "shop_item_s_6ee81aa9_like" ON "shop_item" ("s" varchar_pattern_ops))"});
}

TEST_CASE("not_valid: PostgreSQL checks the key for new rows only") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql, kItems);
  history.fill();
  CHECK(
      history.round_trip(
          item(add("u", kKey + ", default: 9",
                   ", preserve_default: false, not_valid: true"))) ==
      Lines{
          R"(ALTER TABLE "shop_item" ADD COLUMN "u_id" bigint DEFAULT 9 NOT NULL, ADD CONSTRAINT "shop_item_u_id_34602104_fk_shop_target_id" FOREIGN KEY ("u_id") REFERENCES "shop_target" ("id") DEFERRABLE INITIALLY DEFERRED NOT VALID)",
          R"(SET CONSTRAINTS "shop_item_u_id_34602104_fk_shop_target_id" IMMEDIATE)",
          R"(ALTER TABLE "shop_item" ALTER COLUMN "u_id" DROP DEFAULT)",
          R"(CREATE INDEX "shop_item_u_id_34602104" ON "shop_item" ("u_id"))"});
  CHECK(history.rows("SELECT u_id FROM shop_item") == "9\n9");
  CHECK_THROWS(history.connection().execute(
      "INSERT INTO shop_item (qty, code, t_id, u_id) VALUES (1, 'e', 1, 9)"));
}

TEST_CASE("not_valid: SQLite adds the key as always") {
  const std::string field = kKey + ", null: true";
  History history(settings::Engine::kSqlite, kItems),
      plain(settings::Engine::kSqlite, kItems);
  CHECK(history.round_trip(item(add("u", field, ", not_valid: true"))) ==
        plain.apply(item(add("u", field))));
}

TEST_CASE("not_valid: only a field with a foreign key takes it") {
  const std::string hint =
      " (take it out: only a ForeignKey or OneToOneField has one, unless it "
      "says `db_constraint: false`)";
  const std::string rest = ", not_valid: true";
  CHECK(mistakes(add("a", "type: TextField", rest)) ==
        Lines{"2:80: not_valid of AddField is about a foreign key, and a has "
              "none in the database" +
              hint});
  CHECK(mistakes(add("u", kKey + ", db_constraint: false", rest)).size() == 1);
  CHECK(mistakes(add("u", "type: ManyToManyField, to: shop.target", rest))
            .size() == 1);
  CHECK(mistakes(add("a", "type: TextField", ", not_valid: false")).empty());
}

TEST_CASE("not_valid: it survives folding, but in a new table") {
  const std::string rest = ", not_valid: true";
  const std::string first = add("u", kKey, rest);
  const std::string key = "AlterField: {model_name: item, name: u, field: {" +
                          kKey + ", null: true}";
  const std::string folded_key = add("u", kKey + ", null: true", rest);
  CHECK(folded({first, key + "}"}) == written({folded_key}));
  CHECK(folded({add("u", kKey), key + rest + "}"}) == written({folded_key}));
  CHECK(folded({first, key + rest + "}"}) == written({folded_key}));
  CHECK(folded({first,
                "RenameField: {model_name: item, old_name: u, new_name: v}"}) ==
        written({add("v", kKey, rest)}));
  // Without a key there is nothing to check.
  CHECK(folded({first,
                "AlterField: {model_name: item, name: u, field: {type: "
                "IntegerField}}"}) ==
        written({add("u", "type: IntegerField")}));
  CHECK(folded({"CreateModel: {name: Item, fields: {}}", first}) ==
        written({"CreateModel: {name: Item, fields: {u: {" + kKey + "}}}"}));
}

TEST_CASE("a field is added once, to a model that is there") {
  History history(settings::Engine::kSqlite, kItems);
  CHECK(history.refused(item(add("code", "type: TextField"))) ==
        "2:5: model shop.item already has a field code at this point of the "
        "migrations");
  CHECK(history.refused(item("AddField: {model_name: tag, name: a, field: "
                             "{type: TextField}}")) ==
        "2:5: model shop.tag does not exist at this point of the migrations");
}

TEST_CASE("what a new field says of itself, and what is wrong with it") {
  CHECK(says("AddField: {model_name: Item, name: ISBN, field: {type: "
             "TextField}}") == "+ Add field ISBN to Item (item_isbn)");
  CHECK(mistakes("AddField: {model_name: item}") ==
        Lines{"2:15: AddField needs the key name",
              "2:15: AddField needs the key field"});
  CHECK(mistakes("AddField: {model_name: item, field: {type: CharField}}") ==
        Lines{"2:15: AddField needs the key name"});
  CHECK(mistakes("AddField: {model_name: item, name: '', field: {type: "
                 "IntegerField}}") ==
        Lines{"2:40: name of AddField must not be empty"});
  CHECK(mistakes(add("a", "type: TextField, max_lenght: 3")) ==
        Lines{"2:68: field a has no key max_lenght (did you mean "
              "max_length?)"});
  CHECK(mistakes(add("a", "type: TextField", ", preserve_default: no")) ==
        Lines{"2:87: preserve_default of AddField must be true or false, not "
              "no (write false, without quotes)"});
}

TEST_CASE("what happens to a new field folds into it") {
  const std::string first = add("a", "type: IntegerField");
  CHECK(folded({first,
                "AlterField: {model_name: Item, name: a, field: {type: "
                "TextField}}"}) == written({add("a", "type: TextField")}));
  CHECK(folded({first, "RemoveField: {model_name: item, name: a}"}).empty());
  CHECK(folded({first,
                "RenameField: {model_name: item, old_name: a, new_name: "
                "b}"}) == written({add("b", "type: IntegerField")}));
  // It may go over what concerns other fields and models.
  const std::string other = "RemoveField: {model_name: item, name: other}";
  CHECK(folded({first, other, "RemoveField: {model_name: item, name: a}"}) ==
        written({other}));
}

// Where Django's optimizer forgets the value for the rows (docs/decisions.md).
TEST_CASE("the default for the rows there are survives folding") {
  const std::string once = ", preserve_default: false";
  const std::string first = add("a", "type: IntegerField, default: 7", once);
  CHECK(folded({first,
                "AlterField: {model_name: item, name: a, field: {type: "
                "IntegerField, db_index: true}}"}) ==
        written({add("a", "type: IntegerField, db_index: true, default: 7",
                     once)}));
  // Also that of a field which had one of its own.
  CHECK(folded({add("a", "type: IntegerField, default: 7"),
                "AlterField: {model_name: item, name: a, field: {type: "
                "IntegerField}}"}) == written({first}));
  // A later default is the one that the rows get.
  CHECK(folded({first,
                "AlterField: {model_name: item, name: a, field: {type: "
                "IntegerField, default: 8}}"}) ==
        written({add("a", "type: IntegerField, default: 8")}));
  // Nobody needs one for NULLs, and one of another type does not fit.
  CHECK(folded({first,
                "AlterField: {model_name: item, name: a, field: {type: "
                "IntegerField, null: true}}"}) ==
        written({add("a", "type: IntegerField, null: true")}));
  CHECK(folded({first,
                "AlterField: {model_name: item, name: a, field: {type: "
                "TextField}}"}) == written({add("a", "type: TextField")}));
  CHECK(folded({first,
                "RenameField: {model_name: item, old_name: a, new_name: "
                "b}"}) ==
        written({add("b", "type: IntegerField, default: 7", once)}));
}

TEST_CASE("rows get the value also when two operations became one") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, kItems);
    history.fill();
    history.round_trip(
        item(folded({add("a", "type: IntegerField, default: 7",
                         ", preserve_default: false"),
                     "AlterField: {model_name: item, name: a, field: {type: "
                     "IntegerField, db_index: true}}"})
                 .front()));
    CHECK(history.rows("SELECT a FROM shop_item") == "7\n7");
  }
}

TEST_CASE("what names the field or its model is not passed") {
  const std::string first = add("a", "type: IntegerField");
  CHECK(meets(first, add("b", "type: IntegerField")) == "passes");
  CHECK(meets(first, "CreateModel: {name: Tag, fields: {}}") == "passes");
  CHECK(meets(first,
              "AddIndex: {model_name: tag, index: {fields: [b], name: b}}") ==
        "stays");
  // A key without to_field may point at any field.
  CHECK(meets(first,
              "AddField: {model_name: tag, name: i, field: {type: "
              "ForeignKey, to: shop.item, on_delete: CASCADE}}") == "stays");
  CHECK(meets(first,
              "AddField: {model_name: tag, name: i, field: {type: "
              "ForeignKey, to: shop.item, to_field: code, on_delete: "
              "CASCADE}}") == "passes");
  // What is computed from it comes after it.
  CHECK(meets(first, add("g",
                         "type: GeneratedField, expression: {Abs: a}, "
                         "output_field: {type: IntegerField}, db_persist: "
                         "true")) == "stays");
}
