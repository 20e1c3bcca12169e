// SQLite's rebuild of a table on real databases: rows, triggers, views, user
// indexes and counters survive it.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "databases.hpp"
#include "orm/sqlite/dialect.hpp"
#include "schema_story.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

/// A SQLite database and its story, with an online catalog for each migration.
class Shop {
 public:
  Shop()
      : database_(Engine::kSqlite),
        connection(database_.open()),
        introspector_(introspector(*connection)),
        story(sqlite_dialect(), introspector_.get()) {}

  /// Ends a migration and runs it; the next one reads the catalog anew.
  void migrate() {
    std::vector<Statement> statements = story.finish();
    run_migration(*connection, statements, story.around);
    story.catalog = Catalog(introspector_.get());
  }
  void sql(std::string_view sql) {
    run(*connection, sql);
    story.catalog = Catalog(introspector_.get());
  }
  std::string ask(std::string_view sql) { return rows(*connection, sql); }
  /// The names of all schema objects of that type.
  std::string names(const std::string& type) {
    return ask(
        "SELECT group_concat(name, ' ') FROM (SELECT name FROM "
        "sqlite_master WHERE type = '" +
        type + "' AND sql IS NOT NULL ORDER BY name)");
  }

  void make_items() {
    story.create("Item",
                 "{name: {type: CharField, max_length: 20},"
                 " a: {type: IntegerField, null: true},"
                 " parent: {type: ForeignKey, to: self, null: true,"
                 " on_delete: CASCADE}}");
    story.create("Part",
                 "{item: {type: ForeignKey, to: Item, on_delete: CASCADE}}");
    migrate();
    sql("INSERT INTO shop_item (id, name, a, parent_id) VALUES "
        "(1, 'one', NULL, NULL), (2, 'two', 5, 1), (9, 'nine', 7, 2)");
    sql("INSERT INTO shop_part (item_id) VALUES (2), (2)");
    sql("DELETE FROM shop_item WHERE id = 9");
  }

 private:
  TestDatabase database_;

 public:
  std::unique_ptr<Connection> connection;

 private:
  std::unique_ptr<Introspector> introspector_;

 public:
  Story story;
};

}  // namespace

TEST_CASE("rows, references and the counter survive") {
  Shop shop;
  shop.make_items();
  shop.story.alter("Item", "a", "{type: IntegerField, default: 0}");
  shop.story.add("Item", "b", "{type: BooleanField, default: true}", true);
  shop.migrate();

  CHECK(shop.ask("SELECT id, name, a, parent_id, b FROM shop_item") ==
        "1|one|0|NULL|1\n2|two|5|1|1");
  CHECK(shop.ask("SELECT id, item_id FROM shop_part") == "1|2\n2|2");
  // 9 was used once and is not used again.
  shop.sql("INSERT INTO shop_item (name, a, b) VALUES ('ten', 1, 0)");
  CHECK(shop.ask("SELECT max(id) FROM shop_item") == "10");
  // The keys of others, and its own, still mean this table.
  CHECK(
      shop.ask("SELECT \"table\" FROM pragma_foreign_key_list('shop_part')") ==
      "shop_item");
  CHECK(
      shop.ask("SELECT \"table\" FROM pragma_foreign_key_list('shop_item')") ==
      "shop_item");
  CHECK(thrown([&] {
          shop.sql("INSERT INTO shop_part (item_id) VALUES (99)");
        }).starts_with("database.foreign-key"));
  CHECK(shop.names("table") == "shop_item shop_part sqlite_sequence");
}

TEST_CASE("the counter survives also when the table is empty") {
  Shop shop;
  shop.make_items();
  shop.sql("DELETE FROM shop_part");
  shop.sql("DELETE FROM shop_item");
  shop.story.alter("Item", "name", "{type: CharField, max_length: 30}");
  shop.migrate();
  shop.sql("INSERT INTO shop_item (name) VALUES ('ten')");
  CHECK(shop.ask("SELECT id FROM shop_item") == "10");
  CHECK(shop.ask("SELECT name, seq FROM sqlite_sequence ORDER BY name") ==
        "shop_item|10\nshop_part|2");
}

TEST_CASE("triggers, views and indexes that no model knows survive") {
  Shop shop;
  shop.make_items();
  shop.sql("CREATE TABLE log (text)");
  shop.sql(
      "CREATE TRIGGER item_log AFTER UPDATE OF name ON shop_item BEGIN "
      "INSERT INTO log VALUES (new.name); END");
  shop.sql(
      "CREATE TRIGGER part_log AFTER INSERT ON shop_part BEGIN UPDATE "
      "shop_item SET a = a + 1 WHERE id = new.item_id; END");
  shop.sql("CREATE VIEW big AS SELECT name FROM shop_item WHERE a > 1");
  shop.sql("CREATE VIEW bigger AS SELECT upper(name) AS n FROM big");
  shop.sql(
      "CREATE TRIGGER big_add INSTEAD OF INSERT ON big BEGIN INSERT INTO "
      "shop_item (name) VALUES (new.name); END");
  shop.sql("CREATE INDEX by_upper ON shop_item (upper(name))");
  shop.sql("CREATE UNIQUE INDEX some ON shop_item (name) WHERE a IS NOT NULL");

  shop.story.alter("Item", "name", "{type: CharField, max_length: 30}");
  shop.migrate();

  CHECK(shop.names("trigger") == "big_add item_log part_log");
  CHECK(shop.names("view") == "big bigger");
  CHECK(shop.names("index") ==
        "by_upper shop_item_parent_id_f0ab547a shop_part_item_id_ad72cb5e "
        "some");
  shop.sql("INSERT INTO shop_part (item_id) VALUES (2)");
  shop.sql("UPDATE shop_item SET name = 'second' WHERE id = 2");
  shop.sql("INSERT INTO big (name) VALUES ('x')");
  CHECK(shop.ask("SELECT n FROM bigger") == "SECOND");
  CHECK(shop.ask("SELECT text FROM log") == "second");
  CHECK(shop.ask("SELECT a FROM shop_item WHERE id = 2") == "6");
}

TEST_CASE("an index goes with its column, a view stops the migration") {
  Shop shop;
  shop.make_items();
  shop.sql("CREATE INDEX mine ON shop_item (a, name)");
  SECTION("index") {
    shop.story.remove("Item", "a");
    shop.migrate();
    CHECK(shop.names("index") ==
          "shop_item_parent_id_f0ab547a shop_part_item_id_ad72cb5e");
  }
  SECTION("view") {
    shop.sql("CREATE VIEW v AS SELECT a FROM shop_item");
    shop.story.remove("Item", "a");
    CHECK(thrown([&] { shop.migrate(); }) ==
          "database.error: error in view v: no such column: a");
    CHECK(shop.ask("SELECT count(a) FROM v") == "1");
  }
}

TEST_CASE("a rebuild refuses to lose what the model does not know") {
  Shop shop;
  shop.make_items();
  int length = 30;
  auto alter = [&] {
    return thrown([&] {
      shop.story.alter(
          "Item", "name",
          fmt::format("{{type: CharField, max_length: {}}}", ++length));
    });
  };
  SECTION("a column") {
    shop.sql("ALTER TABLE shop_item ADD COLUMN extra text");
    CHECK(alter() ==
          "schema.drift: table shop_item cannot be rebuilt: it has a column "
          "extra that model shop.Item does not know - add the field to the "
          "model, or drop the column with RunSQL");
  }
  SECTION("a column that is not there") {
    shop.sql("ALTER TABLE shop_item DROP COLUMN a");
    CHECK(alter() ==
          "schema.drift: table shop_item cannot be rebuilt: it has no column "
          "a, which model shop.Item has - add the column with RunSQL, or "
          "correct the migrations");
  }
  SECTION("constraints") {
    shop.sql("DROP TABLE shop_part");
    shop.sql("DROP TABLE shop_item");
    auto with = [&](const std::string& constraint) {
      shop.sql("DROP TABLE IF EXISTS shop_item");
      shop.sql(
          "CREATE TABLE shop_item (id integer NOT NULL PRIMARY KEY "
          "AUTOINCREMENT, name varchar(20) NOT NULL, a integer, parent_id "
          "bigint REFERENCES shop_item (id), " +
          constraint + ")");
      return alter();
    };
    const std::string tail =
        " that model shop.Item does not know - declare it in the model, or "
        "remove it with RunSQL";
    const std::string head =
        "schema.drift: table shop_item cannot be rebuilt: ";
    CHECK(with("CHECK (a > 0)") ==
          head + "it has a constraint CHECK (a > 0)" + tail);
    CHECK(with("UNIQUE (name, a)") ==
          head + "it has a unique constraint on (name, a)" + tail);
    CHECK(with("FOREIGN KEY (a) REFERENCES shop_item (id)") ==
          head + "it has a foreign key on (a)" + tail);
  }
}

TEST_CASE("what RunSQL added before a rebuild is not lost silently") {
  Shop shop;
  shop.make_items();
  shop.story.alter("Item", "a", "{type: BigIntegerField, null: true}");
  shop.migrate();
  shop.story.run_sql("ALTER TABLE shop_item ADD COLUMN extra text");
  shop.story.alter("Item", "name", "{type: CharField, max_length: 30}");
  CHECK(thrown([&] { shop.migrate(); }) ==
        "test.check: checks that shop_item has the columns, indexes and "
        "triggers that its rebuild knows");
  CHECK(shop.ask("SELECT count(*) FROM shop_item") == "2");
}

TEST_CASE("a default that somebody gave a column stays") {
  Shop shop;
  shop.make_items();
  shop.sql("ALTER TABLE shop_item DROP COLUMN a");
  shop.sql("ALTER TABLE shop_item ADD COLUMN a text DEFAULT 'it''s'");
  for (int length : {30, 40}) {
    shop.story.alter(
        "Item", "name",
        fmt::format("{{type: CharField, max_length: {}}}", length));
    shop.migrate();
    shop.sql("INSERT INTO shop_item (name) VALUES ('x')");
    CHECK(shop.ask("SELECT a FROM shop_item ORDER BY id DESC LIMIT 1") ==
          "it's");
  }
}

TEST_CASE("several changes of a table join in one rebuild") {
  Shop shop;
  shop.make_items();
  shop.story.add("Item", "b", "{type: IntegerField, null: true, default: 4}");
  shop.story.alter("Item", "a", "{type: IntegerField, default: 0}");
  shop.story.create("Other", "{n: {type: IntegerField}}");
  shop.story.alter("Item", "b", "{type: BigIntegerField, default: 1}");
  shop.story.remove("Item", "name");
  shop.story.add("Item", "name", "{type: TextField, default: new}");
  shop.story.add_constraint("Item",
                            "{type: CheckConstraint, condition: {b__gt: 0},"
                            " name: b_positive}");
  shop.story.add_index("Item", "{fields: [b], name: b_idx}");
  shop.story.add_index("Item", "{fields: [a], name: a_idx}");
  shop.story.remove_index("Item", "b_idx");
  shop.story.unique_together("Item", "[[a, b]]");
  std::vector<Statement> statements = shop.story.finish();
  std::size_t rebuilds = 0;
  for (const Statement& statement : statements) {
    if (statement.sql.starts_with("CREATE TABLE \"new__")) ++rebuilds;
    if (statement.sql.starts_with("PRAGMA legacy_alter_table = ON")) {
      CHECK(statement.comment ==
            "rebuild shop_item: add b; alter a; alter b; drop name; add name; "
            "add constraint b_positive; add index b_idx; add index a_idx; "
            "remove index b_idx; alter unique_together");
    }
  }
  CHECK(rebuilds == 1);
  const auto belongs = [](const Statement& one) { return one.with_previous; };
  const auto first =
      std::find_if(statements.begin(), statements.end(), belongs);
  REQUIRE(first != statements.begin());
  CHECK(std::prev(first)->must_be_empty);
  CHECK(std::all_of(first, statements.end(), belongs));
  run_migration(*shop.connection, statements, shop.story.around);
  CHECK(shop.ask("SELECT id, a, parent_id, b, name FROM shop_item") ==
        "1|0|NULL|4|new\n2|5|1|4|new");
  CHECK(shop.ask("SELECT name FROM pragma_table_info('shop_item')") ==
        "id\na\nparent_id\nb\nname");
  CHECK(shop.names("index") ==
        "a_idx shop_item_a_b_5356df3f_uniq shop_item_parent_id_f0ab547a "
        "shop_part_item_id_ad72cb5e");
}

TEST_CASE("statements of the user's see every change before them") {
  Shop shop;
  shop.make_items();
  shop.story.add("Item", "b", "{type: IntegerField, default: 4}");
  shop.story.run_sql("UPDATE shop_item SET b = id * 10");
  shop.story.alter("Item", "b", "{type: BigIntegerField, default: 4}");
  shop.migrate();
  CHECK(shop.ask("SELECT b FROM shop_item") == "10\n20");
}

TEST_CASE("a table made and changed in one migration") {
  Shop shop;
  shop.story.create("Tag", "{name: {type: SlugField}}");
  shop.story.add("Tag", "rank",
                 "{type: IntegerField, default: 1,"
                 " db_index: true}");
  shop.migrate();
  CHECK(shop.names("index") == "shop_tag_name_405ccc88 shop_tag_rank_7e3d6657");
}

TEST_CASE("tables that refer to a key follow its type") {
  Shop shop;
  shop.story.create("Item",
                    "{code: {type: CharField, max_length: 5, primary_key:"
                    " true}}");
  shop.story.create("Tag", "{items: {type: ManyToManyField, to: Item}}");
  shop.story.create("Part",
                    "{item: {type: ForeignKey, to: Item, on_delete: CASCADE}}");
  shop.migrate();
  shop.sql("INSERT INTO shop_item VALUES ('a'), ('b')");
  shop.sql("INSERT INTO shop_tag VALUES (1)");
  shop.sql("INSERT INTO shop_tag_items (tag_id, item_id) VALUES (1, 'b')");
  shop.sql("INSERT INTO shop_part (item_id) VALUES ('a')");
  shop.story.alter("Item", "code",
                   "{type: CharField, max_length: 50, primary_key: true}");
  shop.migrate();
  for (const char* table : {"shop_part", "shop_tag_items"}) {
    CHECK(shop.ask(fmt::format("SELECT type FROM pragma_table_info('{}') "
                               "WHERE name = 'item_id'",
                               table)) == "varchar(50)");
  }
  CHECK(shop.ask("SELECT tag_id, item_id FROM shop_tag_items") == "1|b");
}

TEST_CASE("a column gets another name, and what uses it follows") {
  Shop shop;
  shop.make_items();
  shop.sql("CREATE INDEX mine ON shop_item (A)");
  shop.sql(
      "CREATE TRIGGER t AFTER UPDATE OF a ON shop_item BEGIN UPDATE shop_part "
      "SET item_id = new.a WHERE 'a' = 'b'; END");
  shop.sql("CREATE VIEW v AS SELECT a FROM shop_item");
  shop.story.alter("Item", "a",
                   "{type: BigIntegerField, null: true, db_column: amount}");
  shop.migrate();
  CHECK(shop.ask("SELECT type FROM pragma_table_info('shop_item') WHERE "
                 "name = 'amount'") == "bigint");
  CHECK(shop.ask("SELECT * FROM v") == "NULL\n5");
  shop.sql("UPDATE shop_item SET amount = 6 WHERE id = 2");
  CHECK(shop.ask("SELECT sql FROM sqlite_master WHERE name = 'mine'") ==
        "CREATE INDEX mine ON shop_item (\"amount\")");
}

TEST_CASE("names with quotes, spaces and other scripts") {
  Shop shop;
  shop.story.create("Weird",
                    "{n: {type: IntegerField, db_column: \"a 'b' \\\"c\\\"\"}}",
                    "{db_table: \"o'clock \\\"x\\\" \u0436\"}");
  shop.migrate();
  shop.sql(
      "INSERT INTO \"o'clock \"\"x\"\" \u0436\" (\"a 'b' \"\"c\"\"\") "
      "VALUES (7)");
  shop.story.add("Weird", "m", "{type: IntegerField, default: 1}");
  shop.migrate();
  CHECK(shop.ask("SELECT * FROM \"o'clock \"\"x\"\" \u0436\"") == "1|7|1");
}

TEST_CASE("NULLs that no default fills stop the migration") {
  Shop shop;
  shop.make_items();
  shop.story.alter("Item", "a", "{type: IntegerField}");
  CHECK(thrown([&] { shop.migrate(); }).starts_with("database.not-null: "));
  CHECK(shop.ask("SELECT a FROM shop_item") == "NULL\n5");
}

TEST_CASE("a table without rowids is rebuilt with its rows") {
  Shop shop;
  shop.story.create("Item",
                    "{code: {type: CharField, max_length: 5, primary_key:"
                    " true}, n: {type: IntegerField}}");
  shop.story.finish();
  shop.sql(
      "CREATE TABLE shop_item (code varchar(5) NOT NULL PRIMARY KEY, n "
      "integer NOT NULL) WITHOUT ROWID");
  shop.sql("INSERT INTO shop_item VALUES ('b', 1), ('a', 2)");
  shop.story.alter("Item", "n", "{type: BigIntegerField}");
  shop.migrate();
  CHECK(shop.ask("SELECT code, n FROM shop_item ORDER BY n") == "b|1\na|2");
}
