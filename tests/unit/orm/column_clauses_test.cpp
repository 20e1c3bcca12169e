// Defaults that the database gives, computed columns, keys of several columns:
// how they are read and written, what is wrong with them, and their SQL.
#include "orm/column_clauses.hpp"

#include <catch2/catch.hpp>

#include "models_text.hpp"
#include "schema_story.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

std::string problems_of(const std::string& fields) {
  return problems_on(sqlite_dialect(), fields);
}

const std::string kTotal =
    "{type: GeneratedField, expression: {\"*\": [price, 2]}, output_field: "
    "{type: IntegerField}, db_persist: true}";

}  // namespace

// --- db_default --------------------------------------------------------------

TEST_CASE("a db_default is a value of its field or an expression") {
  CHECK(rewritten_field("{type: IntegerField, db_default: 7}") ==
        "{type: IntegerField, db_default: 7}");
  CHECK(rewritten_field("{type: CharField, max_length: 3, db_default: 012}") ==
        "{type: CharField, max_length: 3, db_default: \"012\"}");
  CHECK(rewritten_field("{type: IntegerField, db_default: {Value: 7}}") ==
        "{type: IntegerField, db_default: 7}");
  CHECK(rewritten_field("{type: DateTimeField, db_default: {Now: []}}") ==
        "{type: DateTimeField, db_default: {Now: []}}");
  CHECK(rewritten_field("{type: JSONField, db_default: {a: 1}}") ==
        "{type: JSONField, db_default: {a: 1}}");
  CHECK(rewritten_field("{type: IntegerField, null: true, db_default: null}") ==
        "{type: IntegerField, null: true, db_default: null}");
}

TEST_CASE("what is no default of a database is refused where it stands") {
  CHECK(problems_of("      n: {type: IntegerField, db_default: many}\n") ==
        "yaml.type shop/models.yaml:4:43: db_default of field n must be an "
        "integer, not many\n");
  CHECK(
      problems_of("      n: {type: DateField, db_default: {call: today}}\n") ==
      "fields.db-default shop/models.yaml:4:40: db_default of field n is "
      "computed by the database, not by a program (use an expression such as "
      "{Now: []}, or `default`)\n");
  CHECK(problems_of("      n: {type: IntegerField, db_default: {low: 1}}\n") ==
        "yaml.type shop/models.yaml:4:43: db_default of field n must be a "
        "value or an expression such as {Now: []}\n");
  CHECK(problems_of("      n: {type: IntegerField, db_default: {Nwo: []}}\n") ==
        "query.expression shop/models.yaml:4:7: shop.Item.n: there is no "
        "expression Nwo (did you mean Now?)\n");
  CHECK(problems_of("      id: {type: AutoField, primary_key: true, "
                    "db_default: 5}\n"
                    "      m: {type: ManyToManyField, to: Item, db_default: "
                    "5}\n") ==
        "fields.db-default shop/models.yaml:4:60: field id: AutoField is "
        "numbered by the database already\n"
        "fields.db-default shop/models.yaml:5:56: field m: db_default has no "
        "effect on a ManyToManyField (take it out)\n");
  CHECK(problems_of("      m: {type: IntegerField}\n"
                    "      n: {type: IntegerField, db_default: {F: m}}\n") ==
        "fields.E012 shop/models.yaml:5:7: shop.Item.n: a database's default "
        "cannot use columns: it is computed before there is a row (a text is "
        "{Value: text})\n");
  CHECK(problems_of("      n: {type: UUIDField, db_default: {RandomUUID: "
                    "[]}}\n") ==
        "query.expression shop/models.yaml:4:7: shop.Item.n: SQLite has "
        "no function RandomUUID\n");
  CHECK(problems_on(postgresql_dialect(),
                    "      n: {type: UUIDField, db_default: {RandomUUID: "
                    "[]}}\n")
            .empty());
}

TEST_CASE("a column keeps its db_default") {
  Story lite(sqlite_dialect()), server(postgresql_dialect());
  for (Story* story : {&lite, &server}) {
    story->create("Item", "{a: {type: IntegerField}}");
    story->finish();
    story->add("Item", "b", "{type: IntegerField, db_default: 3, default: 4}");
  }
  CHECK(
      lite.sql() ==
      Sql{R"(ALTER TABLE "shop_item" ADD COLUMN "b" integer DEFAULT 3 NOT NULL)"});
  CHECK(
      server.sql() ==
      Sql{R"(ALTER TABLE "shop_item" ADD COLUMN "b" integer DEFAULT 3 NOT NULL)"});

  // SQLite adds no column whose default it must compute.
  lite.add("Item", "at", "{type: DateTimeField, db_default: {Now: []}}");
  const Sql rebuilt = lite.sql();
  CHECK(
      rebuilt[2] ==
      R"(CREATE TABLE "new__shop_item" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "a" integer NOT NULL, "b" integer DEFAULT 3 NOT NULL, "at" datetime DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) NOT NULL))");
  CHECK(
      rebuilt[4] ==
      R"(INSERT OR ROLLBACK INTO "new__shop_item" ("id", "a", "b", "at") SELECT "id", "a", "b", (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')) FROM "shop_item")");
}

TEST_CASE("a db_default comes, changes and goes") {
  Story story(postgresql_dialect());
  story.create("Item", "{a: {type: IntegerField, null: true}}");
  story.finish();
  story.alter("Item", "a", "{type: IntegerField, null: true, db_default: 3}");
  CHECK(story.sql() ==
        Sql{R"(ALTER TABLE "shop_item" ALTER COLUMN "a" SET DEFAULT 3)"});
  story.alter("Item", "a", "{type: IntegerField, db_default: 4}");
  CHECK(story.sql() ==
        Sql{R"(ALTER TABLE "shop_item" ALTER COLUMN "a" SET DEFAULT 4)",
            R"(UPDATE "shop_item" SET "a" = 4 WHERE "a" IS NULL)",
            "SET CONSTRAINTS ALL IMMEDIATE",
            R"(ALTER TABLE "shop_item" ALTER COLUMN "a" SET NOT NULL)"});
  story.alter("Item", "a", "{type: BigIntegerField}");
  CHECK(
      story.sql() ==
      Sql{R"(ALTER TABLE "shop_item" ALTER COLUMN "a" TYPE bigint USING "a"::bigint, ALTER COLUMN "a" DROP DEFAULT)"});
}

// --- GeneratedField ----------------------------------------------------------

TEST_CASE("a GeneratedField describes the field it computes") {
  const FieldDef total = field_of(
      "total",
      "{type: GeneratedField, db_persist: true, editable: false, blank: true, "
      "output_field: {max_digits: 9, type: DecimalField, decimal_places: 2, "
      "null: false}, expression: {\"*\": [price, 1.50]}}");
  CHECK(yaml::write_flow(field_to_data(total)) ==
        "{type: GeneratedField, expression: {\"*\": [price, 1.50]}, "
        "output_field: {type: DecimalField, max_digits: 9, decimal_places: 2}, "
        "db_persist: true}");
  CHECK(total.is_generated());
  CHECK(total.filled_by_database());
  REQUIRE(total.inner);
  CHECK(total.inner->kind() == FieldKind::kDecimal);
  CHECK(postgresql_dialect().column_type(total, {}) == "numeric(9, 2)");
}

TEST_CASE("what is wrong with a GeneratedField is told at its place") {
  CHECK(problems_of("      n: {type: GeneratedField}\n") ==
        "fields.generated shop/models.yaml:4:17: field n: a GeneratedField "
        "needs expression (add expression: {Lower: name}, what it is computed "
        "from)\n"
        "fields.generated shop/models.yaml:4:17: field n: a GeneratedField "
        "needs output_field (add output_field: {type: IntegerField}, what its "
        "values are)\n"
        "fields.generated shop/models.yaml:4:17: field n: a GeneratedField "
        "needs db_persist (add db_persist: true to store the values)\n");
  CHECK(problems_of("      n:\n"
                    "        type: GeneratedField\n"
                    "        expression: id\n"
                    "        output_field: {type: CharField}\n"
                    "        db_persist: true\n"
                    "        default: 3\n"
                    "        primary_key: true\n") ==
        "fields.E223 shop/models.yaml:7:30: field n: field output_field: a "
        "CharField needs max_length (add max_length: 100, the most characters "
        "it may hold)\n"
        "fields.generated shop/models.yaml:9:18: field n: a GeneratedField "
        "cannot have a default\n"
        "fields.generated shop/models.yaml:10:22: field n: a GeneratedField "
        "cannot be the primary key\n");
  CHECK(problems_of("      n: {type: GeneratedField, expression: id, "
                    "db_persist: true, output_field: {type: IntegerField, "
                    "max_length: 3}}\n") ==
        "fields.W224 shop/models.yaml:4:114: field n: field output_field: an "
        "integer has no max_length (take it out; MaxValueValidator limits the "
        "number)\n");
  CHECK(problems_of("      n: {type: GeneratedField, expression: prise, "
                    "db_persist: true, output_field: {type: TextField}}\n"
                    "      price: {type: IntegerField}\n") ==
        "models.E012 shop/models.yaml:4:7: shop.Item.n: shop.Item has no field "
        "prise (did you mean price?)\n");
}

TEST_CASE("databases differ in what they compute") {
  const std::string fields =
      "      price: {type: IntegerField}\n"
      "      virtual: {type: GeneratedField, expression: price, db_persist: "
      "false, output_field: {type: IntegerField}}\n"
      "      twice: {type: GeneratedField, expression: virtual, db_persist: "
      "true, output_field: {type: IntegerField}}\n"
      "      self: {type: GeneratedField, expression: self, db_persist: true, "
      "output_field: {type: IntegerField}}\n";
  const std::string itself =
      "fields.generated shop/models.yaml:7:7: shop.Item.self: it is computed "
      "from itself\n";
  CHECK(problems_of(fields) == itself);
  CHECK(problems_on(postgresql_dialect(), fields) ==
        "fields.E221 shop/models.yaml:5:7: shop.Item.virtual: PostgreSQL does "
        "not compute columns when they are read (use db_persist: true)\n"
        "fields.generated shop/models.yaml:6:7: shop.Item.twice: PostgreSQL "
        "cannot compute a column from virtual, which is computed too (repeat "
        "the expression of virtual)\n" +
            itself);
}

TEST_CASE("a condition can be computed too") {
  Story story(sqlite_dialect());
  story.create(
      "Item",
      "{price: {type: IntegerField}, cheap: {type: GeneratedField, "
      "expression: {price__lt: 5}, output_field: {type: BooleanField}, "
      "db_persist: false}}");
  CHECK(
      story.sql() ==
      Sql{R"(CREATE TABLE "shop_item" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "price" integer NOT NULL, "cheap" bool GENERATED ALWAYS AS ("price" < 5) VIRTUAL))"});
}

TEST_CASE("what is joined to a text becomes one") {
  const std::string fields =
      "{a: {type: IntegerField}, b: {type: TextField}, f: {type: "
      "GeneratedField, expression: {Concat: [a, {Value: \"-\"}, b]}, "
      "output_field: {type: TextField}, db_persist: true}}";
  Story story(postgresql_dialect());
  story.create("Item", fields);
  CHECK(
      story.sql() ==
      Sql{R"(CREATE TABLE "shop_item" ("id" bigint NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, "a" integer NOT NULL, "b" text NOT NULL, "f" text GENERATED ALWAYS AS ((COALESCE(("a")::text, '') || COALESCE((COALESCE('-', '') || COALESCE("b", '')), ''))) STORED))"});
}

TEST_CASE("no statement copies a computed column") {
  Story story(sqlite_dialect());
  story.create("Item", "{price: {type: IntegerField}, total: " + kTotal + "}");
  story.finish();
  story.alter("Item", "price", "{type: IntegerField, unique: true}");
  const Sql sql = story.sql();
  CHECK(
      sql[4] ==
      R"(INSERT OR ROLLBACK INTO "new__shop_item" ("id", "price") SELECT "id", "price" FROM "shop_item")");
}

TEST_CASE("PostgreSQL makes a column anew that is computed in another way") {
  Story story(postgresql_dialect());
  story.create("Item", "{price: {type: IntegerField}, total: " + kTotal + "}",
               "{indexes: [{fields: [price, total], name: both}, {fields: "
               "[price], name: one}], constraints: [{type: CheckConstraint, "
               "name: some, condition: {total__gt: 0}}]}");
  story.finish();
  story.alter("Item", "total",
              "{type: GeneratedField, expression: price, output_field: {type: "
              "IntegerField}, db_persist: true}");
  CHECK(
      story.sql() ==
      Sql{R"(ALTER TABLE "shop_item" DROP COLUMN "total")",
          R"(ALTER TABLE "shop_item" ADD COLUMN "total" integer GENERATED ALWAYS AS ("price") STORED)",
          R"(CREATE INDEX "both" ON "shop_item" ("price", "total"))",
          R"(ALTER TABLE "shop_item" ADD CONSTRAINT "some" CHECK ("total" > 0))"});
  story.alter("Item", "total", "{type: IntegerField}");
  CHECK(
      story.sql() ==
      Sql{R"(ALTER TABLE "shop_item" ALTER COLUMN "total" DROP EXPRESSION, ALTER COLUMN "total" SET NOT NULL)"});
  CHECK_THROWS_WITH(story.alter("Item", "total", kTotal),
                    "test:1:1: shop.Item.total has values of its own, which a "
                    "GeneratedField cannot keep");
}

// --- CompositePrimaryKey -----------------------------------------------------

TEST_CASE("a composite key is the last line of its table") {
  for (const Dialect* dialect : {&sqlite_dialect(), &postgresql_dialect()}) {
    Story story(*dialect);
    story.create("Item",
                 "{pk: {type: CompositePrimaryKey, field_names: [a, b]}, a: "
                 "{type: IntegerField}, b: {type: IntegerField, db_column: c}}",
                 "{constraints: [{type: CheckConstraint, name: some, "
                 "condition: {a__gt: 0}}]}");
    CHECK(
        story.sql() ==
        Sql{R"(CREATE TABLE "shop_item" ("a" integer NOT NULL, "c" integer NOT NULL, CONSTRAINT "some" CHECK ("a" > 0), PRIMARY KEY ("a", "c")))"});
  }
}

TEST_CASE("a composite key replaces the automatic one") {
  const ModelSet models = read_shop(
      "models:\n  Item:\n    fields:\n      pk: {type: CompositePrimaryKey, "
      "field_names: [a, b]}\n      a: {type: IntegerField}\n      b: {type: "
      "IntegerField}\n");
  const ModelDef& item = models.get(ModelKey::parse("shop.item"));
  CHECK(item.composite_key() == std::vector<std::string>{"a", "b"});
  CHECK(item.find_field("id") == nullptr);
  CHECK(yaml::write_flow(field_to_data(*item.find_field("pk"))) ==
        "{type: CompositePrimaryKey, field_names: [a, b]}");
}

TEST_CASE("what is wrong with a composite key is told at its place") {
  CHECK(problems_of("      key: {type: CompositePrimaryKey, field_names: [a, "
                    "a], db_column: k}\n"
                    "      a: {type: IntegerField}\n") ==
        "fields.E013 shop/models.yaml:4:7: field key: a CompositePrimaryKey "
        "must be named pk\n"
        "fields.composite shop/models.yaml:4:72: field key: a "
        "CompositePrimaryKey cannot have a db_column\n"
        "fields.composite shop/models.yaml:4:53: field key: a stands twice in "
        "field_names\n");
  CHECK(problems_of("      pk: {type: CompositePrimaryKey, field_names: [a]}\n"
                    "      a: {type: IntegerField}\n") ==
        "fields.composite shop/models.yaml:4:52: field pk: a "
        "CompositePrimaryKey needs at least two fields\n");
  CHECK(problems_of("      pk: {type: CompositePrimaryKey, field_names: [a, b, "
                    "c, d]}\n"
                    "      a: {type: IntegerField, null: true}\n"
                    "      b: {type: ManyToManyField, to: Other, related_name: "
                    "+}\n"
                    "      c: {type: IntegerField}\n"
                    "  Other:\n    fields:\n"
                    "      item: {type: ForeignKey, to: Item, on_delete: "
                    "CASCADE}\n"
                    "      n: {type: IntegerField, unique: true}\n") ==
        "models.E042 shop/models.yaml:4:7: shop.Item.pk: the key cannot hold "
        "a: it may be null; b: it has no column; d: there is no such field\n"
        "fields.E347 shop/models.yaml:6:7: shop.Item.b: there are no relations "
        "to the CompositePrimaryKey of shop.Item (give the models keys of one "
        "column)\n"
        "fields.E347 shop/models.yaml:10:7: shop.Other.item: there are no "
        "relations to the CompositePrimaryKey of shop.Item (point to a unique "
        "field with to_field)\n");
  CHECK(problems_of("      pk: {type: CompositePrimaryKey, field_names: [a, "
                    "b]}\n"
                    "      a: {type: IntegerField}\n"
                    "      b: {type: IntegerField}\n"
                    "    meta: {unique_together: [pk, a]}\n") ==
        "models.E048 shop/models.yaml:7:30: model shop.Item: unique_together "
        "names pk, which is a CompositePrimaryKey (name the fields of the "
        "key)\n");
}

TEST_CASE("a composite key stays as it is made") {
  Story story(postgresql_dialect());
  story.create("Item",
               "{pk: {type: CompositePrimaryKey, field_names: [a, b]}, a: "
               "{type: IntegerField}, b: {type: IntegerField}}");
  story.finish();
  CHECK_THROWS_WITH(
      story.alter("Item", "pk",
                  "{type: CompositePrimaryKey, field_names: [b, a]}"),
      "test:1:1: the composite primary key of shop.Item cannot change");
}
