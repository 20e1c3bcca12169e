#include "orm/statement_manner.hpp"

#include <catch2/catch.hpp>

#include "databases.hpp"
#include "orm/sql_words.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

/// "outside patient build": all that is not usual.
std::string manner(const Dialect& dialect, std::string_view sql) {
  using Transaction = StatementManner::Transaction;
  StatementManner manner = dialect.manner(sql);
  std::string text;
  switch (manner.transaction) {
    case Transaction::kAny:
      text = "any";
      break;
    case Transaction::kOutside:
      text = "outside";
      break;
    case Transaction::kBegins:
      text = "begins";
      break;
    case Transaction::kEnds:
      text = "ends";
      break;
  }
  if (manner.patient) text += " patient";
  if (manner.builds_index) text += " builds";
  return text;
}

std::string state(Connection& connection) {
  return rows(connection,
              "SELECT count(*), bool_and(indisvalid) FROM pg_index "
              "WHERE indexrelid = to_regclass('\"by name\"')");
}

}  // namespace

TEST_CASE("Words of a statement skip comments and keep quoted names") {
  SqlWords words("-- one\n/* two /* nested */ */ create \"a \"\"b\" (x.y)");
  CHECK(words.next() == "CREATE");
  CHECK(words.next() == "\"a \"\"b\"");
  CHECK(words.take("("));
  CHECK_FALSE(words.take("Z"));
  CHECK(words.name() == "x.y");
  CHECK(words.rest() == ")");
  CHECK(words.next() == ")");
  CHECK(words.next().empty());
}

TEST_CASE("PostgreSQL's statements that stand outside transactions") {
  const Dialect& postgresql = postgresql_dialect();
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"CREATE INDEX a ON t (x)", "any"},
      {"create unique index concurrently if not exists \"a\" on only s.t (x)",
       "outside patient builds"},
      {"/* why */ CREATE INDEX CONCURRENTLY ON t (x)",
       "outside patient builds"},
      {"DROP INDEX CONCURRENTLY a", "outside patient"},
      {"DROP INDEX a", "any"},
      {"REINDEX TABLE CONCURRENTLY t", "outside patient"},
      {"ALTER TABLE t DETACH PARTITION p CONCURRENTLY", "outside patient"},
      {"ALTER TABLE t VALIDATE CONSTRAINT c", "any patient"},
      {"ALTER TABLE t ADD CONSTRAINT c CHECK (x > 0) NOT VALID", "any"},
      {"REFRESH MATERIALIZED VIEW CONCURRENTLY v", "any"},
      {"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 /* "
       "CONCURRENTLY */ $$",
       "any"},
      {"VACUUM t", "outside"},
      {"DO $$ BEGIN NULL; END $$", "any"},
      {"DO $$ BEGIN COMMIT; END $$", "outside"},
      {"CALL p()", "outside"},
      {"CREATE DATABASE d", "outside"},
      {"ALTER DATABASE d SET x TO 1", "any"},
      {"ALTER SYSTEM SET x TO 1", "outside"},
      {"BEGIN", "begins"},
      {"START TRANSACTION", "begins"},
      {"COMMIT", "ends"},
      {"ROLLBACK", "ends"},
      {"ROLLBACK TO SAVEPOINT s", "any"},
      {"PREPARE TRANSACTION 'x'", "ends"},
      {"PREPARE x AS SELECT 1", "any"},
      {"", "any"},
  };
  for (const auto& [sql, expected] : cases) {
    INFO(sql);
    CHECK(manner(postgresql, sql) == expected);
  }
}

TEST_CASE("SQLite's statements that stand outside transactions") {
  const Dialect& sqlite = sqlite_dialect();
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"CREATE INDEX a ON t (x)", "any"},
      {"PRAGMA foreign_keys=OFF", "outside"},
      {"vacuum", "outside"},
      {"ATTACH 'x' AS y", "outside"},
      {"BEGIN IMMEDIATE", "begins"},
      {"SAVEPOINT s", "begins"},
      {"RELEASE s", "ends"},
      {"END TRANSACTION", "ends"},
      {"ROLLBACK", "ends"},
      {"ROLLBACK TO s", "any"},
  };
  for (const auto& [sql, expected] : cases) {
    INFO(sql);
    CHECK(manner(sqlite, sql) == expected);
  }
}

TEST_CASE("PostgreSQL: what an interrupted index build left is dropped",
          "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto connection = database.open();
  run(*connection, "CREATE TABLE \"a table\" (x integer, y text)");
  run(*connection, "INSERT INTO \"a table\" VALUES (1, 'a'), (1, 'A')");
  const Dialect& dialect = connection->dialect();
  const std::string build =
      "CREATE UNIQUE INDEX CONCURRENTLY \"by name\" ON \"a table\" "
      "(x, lower(y)) WHERE x > 0";
  CHECK(dialect.took_effect(*connection, build) == false);
  CHECK(failure(*connection, build).code() == "database.unique");
  CHECK(state(*connection) == "1|false");
  // It goes, and the next attempt begins with nothing.
  CHECK(dialect.took_effect(*connection, build) == false);
  CHECK(state(*connection) == "0|NULL");
  run(*connection, "DELETE FROM \"a table\" WHERE y = 'A'");
  run(*connection, build);
  CHECK(dialect.took_effect(*connection, build) == true);
  // Others of the same name are not it.
  for (const char* other :
       {"CREATE INDEX CONCURRENTLY \"by name\" ON \"a table\" (x, lower(y)) "
        "WHERE x > 0",
        "CREATE UNIQUE INDEX CONCURRENTLY \"by name\" ON \"a table\" (x)",
        "CREATE UNIQUE INDEX CONCURRENTLY \"by name\" ON nowhere (x)"}) {
    CHECK(dialect.took_effect(*connection, other) == false);
  }
  CHECK(state(*connection) == "1|true");
  const char* drop = "DROP INDEX CONCURRENTLY IF EXISTS \"by name\"";
  CHECK(dialect.took_effect(*connection, drop) == false);
  run(*connection, drop);
  CHECK(dialect.took_effect(*connection, drop) == true);
  CHECK(dialect.took_effect(*connection, "VACUUM \"a table\"") == false);
  CHECK(dialect.took_effect(*connection, "CALL p()") == std::nullopt);
  CHECK_FALSE(connection->in_transaction());
}
