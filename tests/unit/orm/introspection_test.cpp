#include <catch2/catch.hpp>

#include "databases.hpp"
#include "orm/catalog.hpp"
#include "orm/sqlite/table_sql.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

/// One line for each column, constraint and trigger.
std::string shown(const TableInfo& table) {
  constexpr const char* kKinds[] = {"primary key", "unique", "foreign key",
                                    "check", "index"};
  std::string out;
  for (const ColumnInfo& column : table.columns) {
    out += fmt::format("{} {}{}{}{}\n", column.name, column.type,
                       column.null ? " null" : "",
                       column.default_sql ? " = " + *column.default_sql : "",
                       column.identity ? " identity" : "");
  }
  for (const ConstraintInfo& info : table.constraints) {
    out += fmt::format(
        "{} [{}] ({}){}{}{}\n", kKinds[static_cast<int>(info.kind)], info.name,
        fmt::join(info.columns, ", "), info.unique ? " unique" : "",
        info.target_table.empty()
            ? ""
            : " -> " + info.target_table + "." + info.target_column,
        info.sql.empty() ? "" : ": " + info.sql);
  }
  for (const TriggerInfo& trigger : table.triggers) {
    out += fmt::format("trigger {}: {}\n", trigger.name, trigger.sql);
  }
  return out;
}

std::string shown(Connection& connection, std::string_view table) {
  std::optional<TableInfo> info = introspector(connection)->table(table);
  return info ? shown(*info) : "no such table\n";
}

std::string parsed(std::string_view sql,
                   const std::vector<std::string>& columns) {
  TableInfo table;
  table.constraints = constraints_in(sql, columns);
  return shown(table);
}

}  // namespace

TEST_CASE("tables are listed, and those that are not there are not found") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  run(*connection, "CREATE TABLE b (id integer)");
  run(*connection, "CREATE TABLE \"a table\" (id integer)");
  run(*connection, "CREATE VIEW v AS SELECT id FROM b");
  auto introspector = manage::orm::introspector(*connection);
  CHECK(introspector->tables() == std::vector<std::string>{"a table", "b"});
  CHECK(introspector->table("a table")->name == "a table");
  CHECK_FALSE(introspector->table("c"));
  CHECK_FALSE(introspector->table("v"));
}

TEST_CASE("SQLite: a table as Django makes it") {
  TestDatabase database(Engine::kSqlite);
  auto connection = database.open();
  run(*connection,
      "CREATE TABLE \"shop_author\" (\"id\" integer NOT NULL PRIMARY KEY "
      "AUTOINCREMENT, \"name\" varchar(100) NOT NULL)");
  run(*connection,
      "CREATE TABLE \"shop_book\" (\"id\" integer NOT NULL PRIMARY KEY "
      "AUTOINCREMENT, \"isbn\" varchar(13) NOT NULL UNIQUE, \"title\" "
      "varchar(200) DEFAULT 'it''s, ok' NULL, \"qty\" integer unsigned NOT "
      "NULL "
      "CHECK (\"qty\" >= 0), \"author_id\" bigint NOT NULL REFERENCES "
      "\"shop_author\" (\"id\") DEFERRABLE INITIALLY DEFERRED, \"editor_id\" "
      "bigint NULL REFERENCES \"shop_author\", CONSTRAINT \"one_title\" UNIQUE "
      "(\"title\", \"author_id\"), CONSTRAINT \"cheap\" CHECK ((\"qty\" < 10 "
      "OR "
      "\"title\" IS NULL)))");
  run(*connection,
      "CREATE INDEX \"book_author\" ON \"shop_book\" (\"author_id\", \"title\" "
      "DESC)");
  run(*connection,
      "CREATE UNIQUE INDEX \"draft\" ON \"shop_book\" (\"title\") WHERE "
      "\"qty\" = 0");
  run(*connection,
      "CREATE INDEX \"lower_title\" ON \"shop_book\" (lower(\"title\"), "
      "\"id\")");
  run(*connection,
      "CREATE TRIGGER log AFTER INSERT ON shop_book BEGIN DELETE FROM "
      "shop_author WHERE id = -1; END");
  CHECK(shown(*connection, "shop_book") ==
        R"(id INTEGER
isbn varchar(13)
title varchar(200) null = 'it''s, ok'
qty integer unsigned
author_id bigint
editor_id bigint null
primary key [] (id) unique
foreign key [] (author_id) -> shop_author.id
foreign key [] (editor_id) -> shop_author.id
unique [] (isbn) unique
unique [one_title] (title, author_id) unique
index [book_author] (author_id, title): CREATE INDEX "book_author" ON "shop_book" ("author_id", "title" DESC)
index [draft] (title) unique: CREATE UNIQUE INDEX "draft" ON "shop_book" ("title") WHERE "qty" = 0
index [lower_title] (): CREATE INDEX "lower_title" ON "shop_book" (lower("title"), "id")
check [] (qty): "qty" >= 0
check [cheap] (qty, title): ("qty" < 10 OR "title" IS NULL)
trigger log: CREATE TRIGGER log AFTER INSERT ON shop_book BEGIN DELETE FROM shop_author WHERE id = -1; END
)");
}

TEST_CASE("SQLite: keys of several columns keep their order") {
  TestDatabase database(Engine::kSqlite);
  auto connection = database.open();
  run(*connection,
      "CREATE TABLE parent (a integer, b integer, PRIMARY KEY (b, a))");
  run(*connection,
      "CREATE TABLE child (y integer, x integer, CONSTRAINT up FOREIGN KEY (x, "
      "y) REFERENCES parent (b, a))");
  CHECK(shown(*connection, "parent") == R"(a INTEGER
b INTEGER
primary key [] (b, a) unique
)");
  CHECK(shown(*connection, "child") == R"(y INTEGER null
x INTEGER null
foreign key [up] (x, y) -> parent.b
)");
}

TEST_CASE("SQLite: types are spelled as the database spells them") {
  TestDatabase database(Engine::kSqlite);
  auto connection = database.open();
  run(*connection,
      "CREATE TABLE t (a Integer, b TEXT, c real, d blob, e VarChar(5), f, g "
      "decimal)");
  CHECK(shown(*connection, "t") ==
        "a INTEGER null\nb TEXT null\nc REAL null\nd BLOB null\n"
        "e VarChar(5) null\nf  null\ng decimal null\n");
}

TEST_CASE("SQLite: views come in the order of their making") {
  TestDatabase database(Engine::kSqlite);
  auto connection = database.open();
  run(*connection, "CREATE TABLE t (id integer)");
  run(*connection, "CREATE VIEW z AS SELECT id FROM t");
  run(*connection, "CREATE VIEW a AS SELECT id FROM z");
  run(*connection,
      "CREATE TRIGGER into_a INSTEAD OF INSERT ON a BEGIN SELECT 1; END");
  CHECK(introspector(*connection)->views() ==
        std::vector<ViewInfo>{
            {"z", "CREATE VIEW z AS SELECT id FROM t", {}},
            {"a",
             "CREATE VIEW a AS SELECT id FROM z",
             {{"into_a",
               "CREATE TRIGGER into_a INSTEAD OF INSERT ON a BEGIN "
               "SELECT 1; END"}}}});
}

TEST_CASE("SQLite: constraints are found in any spelling of CREATE TABLE") {
  CHECK(parsed("create table t (a int check(a > length('x)(')), b int, "
               "constraint [two words] unique (`a`, b))",
               {"a", "b"}) ==
        "check [] (a): a > length('x)(')\n"
        "unique [two words] (a, b) unique\n");
  CHECK(parsed("CREATE TABLE t (\"check\" int /* CHECK (1) */ NOT NULL, -- b\n"
               "\"b,\" decimal(4, 2) DEFAULT (1 + (2)), PRIMARY KEY "
               "(\"check\" DESC, \"b,\" COLLATE NOCASE))",
               {"check", "b,"}) == "primary key [] (check, b,) unique\n");
  CHECK(parsed("CREATE TABLE t (a int CONSTRAINT n NOT NULL CONSTRAINT c CHECK "
               "(A <> 1 AND lower(b) = \"a\") UNIQUE, b text, FOREIGN KEY (a) "
               "REFERENCES u (x))",
               {"a", "b"}) ==
        "check [c] (a, b): A <> 1 AND lower(b) = \"a\"\n"
        "unique [] (a) unique\n"
        "foreign key [] (a)\n");
  CHECK(parsed("CREATE TABLE t AS SELECT 1", {"a"}) == "");
  CHECK(parsed("", {}) == "");
}

TEST_CASE("SQLite: damaged text of a table does no harm") {
  const std::string sql =
      "CREATE TABLE t (\"a\" int CONSTRAINT x CHECK (a > 'y'), CONSTRAINT z "
      "UNIQUE (a), PRIMARY KEY (a), FOREIGN KEY (a) REFERENCES u (b))";
  for (std::size_t size = 0; size < sql.size(); ++size) {
    constraints_in(sql.substr(0, size), {"a"});
    constraints_in(sql.substr(size), {"a"});
  }
  CHECK(constraints_in(sql, {"a"}).size() == 4);
}

TEST_CASE("PostgreSQL: a table as Django makes it", "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto connection = database.open();
  run(*connection,
      "CREATE TABLE \"shop_author\" (\"id\" bigint NOT NULL PRIMARY KEY "
      "GENERATED BY DEFAULT AS IDENTITY, \"name\" varchar(100) NOT NULL)");
  run(*connection,
      "CREATE TABLE \"shop_book\" (\"id\" serial NOT NULL PRIMARY KEY, "
      "\"isbn\" varchar(13) NOT NULL UNIQUE, \"title\" varchar(200) NULL "
      "DEFAULT 'it''s', \"qty\" integer NOT NULL CHECK (\"qty\" >= 0), "
      "\"price\" "
      "numeric(6, 2) NULL, \"double\" integer GENERATED ALWAYS AS (qty * 2) "
      "STORED, \"gone\" integer, \"author_id\" bigint NOT NULL, \"created\" "
      "timestamp with time zone NOT NULL)");
  run(*connection, "ALTER TABLE shop_book DROP COLUMN gone");
  run(*connection,
      "ALTER TABLE shop_book ADD CONSTRAINT book_author_fk FOREIGN KEY "
      "(author_id) REFERENCES shop_author (id) DEFERRABLE INITIALLY DEFERRED");
  run(*connection,
      "ALTER TABLE shop_book ADD CONSTRAINT one_title UNIQUE (title, "
      "author_id)");
  run(*connection,
      "ALTER TABLE shop_book ADD CONSTRAINT cheap CHECK (qty < 10 OR title IS "
      "NULL)");
  run(*connection,
      "CREATE INDEX book_author ON shop_book (author_id, title DESC) INCLUDE "
      "(qty)");
  run(*connection,
      "CREATE UNIQUE INDEX draft ON shop_book (title) WHERE qty = "
      "0");
  run(*connection, "CREATE INDEX lower_title ON shop_book (id, lower(title))");
  run(*connection,
      "CREATE INDEX title_like ON shop_book (title varchar_pattern_ops)");
  std::string schema = rows(*connection, "SELECT current_schema()");
  std::string found = shown(*connection, "shop_book");
  for (std::size_t at; (at = found.find(schema + ".")) != std::string::npos;) {
    found.erase(at, schema.size() + 1);
  }
  CHECK(found == R"(id integer = nextval('shop_book_id_seq'::regclass)
isbn character varying(13)
title character varying(200) null = 'it''s'::character varying
qty integer
price numeric(6,2) null
double integer null
author_id bigint
created timestamp with time zone
check [shop_book_qty_check] (qty): (qty >= 0)
primary key [shop_book_pkey] (id) unique: PRIMARY KEY (id)
unique [shop_book_isbn_key] (isbn) unique: UNIQUE (isbn)
foreign key [book_author_fk] (author_id) -> shop_author.id: FOREIGN KEY (author_id) REFERENCES shop_author(id) DEFERRABLE INITIALLY DEFERRED
unique [one_title] (title, author_id) unique: UNIQUE (title, author_id)
check [cheap] (qty, title): ((qty < 10) OR (title IS NULL))
index [book_author] (author_id, title): CREATE INDEX book_author ON shop_book USING btree (author_id, title DESC) INCLUDE (qty)
index [draft] (title) unique: CREATE UNIQUE INDEX draft ON shop_book USING btree (title) WHERE (qty = 0)
index [lower_title] (): CREATE INDEX lower_title ON shop_book USING btree (id, lower((title)::text))
index [title_like] (title): CREATE INDEX title_like ON shop_book USING btree (title varchar_pattern_ops)
)");
  CHECK(shown(*connection, "shop_author") == R"(id bigint identity
name character varying(100)
primary key [shop_author_pkey] (id) unique: PRIMARY KEY (id)
)");
}

TEST_CASE("PostgreSQL: views come in an order in which they can be made",
          "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto connection = database.open();
  run(*connection, "CREATE TABLE t (id integer)");
  run(*connection, "CREATE VIEW early AS SELECT 1 AS id");
  run(*connection, "CREATE VIEW late AS SELECT 2 AS id");
  run(*connection, "CREATE MATERIALIZED VIEW \"A\" AS SELECT id FROM early");
  run(*connection, "CREATE OR REPLACE VIEW early AS SELECT id FROM late");
  std::vector<ViewInfo> views = introspector(*connection)->views();
  REQUIRE(views.size() == 3);
  CHECK(views[0].name == "late");
  CHECK(views[1].name == "early");
  CHECK(views[1].sql == "CREATE VIEW early AS SELECT late.id\n   FROM late");
  CHECK(views[2].name == "A");
  CHECK(views[2].sql ==
        "CREATE MATERIALIZED VIEW \"A\" AS SELECT early.id\n   FROM early");
}

TEST_CASE("PostgreSQL: triggers", "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto connection = database.open();
  run(*connection, "CREATE TABLE t (id integer)");
  run(*connection,
      "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN "
      "NEW; END $$");
  run(*connection,
      "CREATE TRIGGER log BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION "
      "f()");
  std::vector<TriggerInfo> triggers =
      introspector(*connection)->table("t")->triggers;
  REQUIRE(triggers.size() == 1);
  CHECK(triggers[0].name == "log");
  CHECK_THAT(triggers[0].sql,
             Catch::StartsWith("CREATE TRIGGER log BEFORE INSERT ON"));
}
