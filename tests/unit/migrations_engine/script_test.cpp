// The script of a plan, where it says more than its statements.
#include "migrations_engine/script.hpp"

#include <catch2/catch.hpp>

using namespace manage;
using namespace manage::migrations_engine;

namespace {

/// One of RunSQL's.
orm::Statement users(std::string sql, std::vector<orm::Value> parameters = {}) {
  orm::Statement made;
  made.sql = std::move(sql);
  made.parameters = std::move(parameters);
  return made;
}

/// One of an operation on the table t.
orm::Statement own(std::string sql, bool with_previous = false) {
  orm::Statement made = users(std::move(sql));
  made.table = "t";
  made.with_previous = with_previous;
  return made;
}

orm::Statement check(std::string sql) {
  orm::Statement made = own(std::move(sql), true);
  made.must_be_empty = true;
  made.comment = "checks it";
  return made;
}

std::string script(std::vector<orm::Statement> statements, bool atomic = true,
                   const orm::Dialect& dialect = orm::sqlite_dialect()) {
  auto migration = std::make_shared<Migration>();
  migration->atomic = atomic;
  Plan plan;
  plan.migration = migration;
  plan.operations.emplace_back();
  plan.operations.front().description = "Change t";
  plan.operations.front().statements = std::move(statements);
  return to_sql(plan, dialect);
}

const std::string kHead = "BEGIN;\n--\n-- Change t\n--\n";
const std::string kStop =
    "-- it must stop at the first error: sqlite3 -bail FILE\n";

}  // namespace

TEST_CASE("parameters stand where their placeholders are") {
  CHECK(script({users("UPDATE t SET a = ?1 -- it's ?1\nWHERE b = ?2 OR c = "
                      "'?1'",
                      {std::string("it's"), std::int64_t{7}})}) ==
        kHead +
            "UPDATE t SET a = 'it''s' -- it's ?1\nWHERE b = 7 OR c = '?1';\n"
            "COMMIT;\n");
  CHECK(script({users("SELECT $1, '$1', $x$ $1 $x$, $2", {std::int64_t{7}})},
               true, orm::postgresql_dialect()) ==
        kHead + "SELECT 7, '$1', $x$ $1 $x$, $2;\nCOMMIT;\n");
}

TEST_CASE("a comment at the end does not take the semicolon along") {
  CHECK(script({users("SELECT 1 -- one")}) ==
        kHead + "SELECT 1 -- one\n;\nCOMMIT;\n");
  CHECK(script({users("-- one\nSELECT 1")}) ==
        kHead + "-- one\nSELECT 1;\nCOMMIT;\n");
}

TEST_CASE("a script says when errors may pass unnoticed") {
  const std::vector<orm::Statement> own_two = {own("DROP TABLE t"),
                                               own("CREATE TABLE t (a)")};
  const std::vector<orm::Statement> mixed = {users("UPDATE t SET a = 1"),
                                             own("DROP TABLE t")};
  CHECK(script(own_two).starts_with(kHead));
  CHECK(script({users("UPDATE t SET a = 1")}).starts_with(kHead));
  CHECK(script(mixed).starts_with(kStop + kHead));
  CHECK(script(own_two, false).starts_with(kStop));
  // There the transaction has failed as a whole.
  CHECK(script(mixed, true, orm::postgresql_dialect()).starts_with(kHead));
}

TEST_CASE("statements that belong together are a transaction of their own") {
  const std::vector<orm::Statement> all = {
      own("CREATE TABLE t (a)"), own("CREATE TABLE u (a)"), check("SELECT 1"),
      own("CREATE TABLE v (a)")};
  const std::string table =
      "\"manage_checks\" (\"passed\" integer CONSTRAINT \"a check of the "
      "migration\" CHECK (\"passed\"), \"schema\" integer);\n";
  CHECK(
      script(all, false) ==
      kStop +
          "--\n-- Change t\n--\n"
          "CREATE TABLE t (a);\n"
          "-- all or nothing, even if a tool goes on after an error\n"
          "DROP TABLE IF EXISTS temp.\"manage_checks\";\n"
          "CREATE TEMP TABLE " +
          table +
          "BEGIN;\n"
          "INSERT OR ROLLBACK INTO temp.\"manage_checks\" SELECT NOT "
          "\"foreign_keys\", \"schema_version\" FROM pragma_foreign_keys, "
          "pragma_schema_version;\n"
          "SAVEPOINT \"manage_checks\";\n"
          "CREATE TABLE u (a);\n"
          "-- checks it\n"
          "INSERT OR ROLLBACK INTO temp.\"manage_checks\" (\"passed\") SELECT "
          "NOT EXISTS (SELECT 1);\n"
          "SAVEPOINT \"manage_checks\";\n"
          "-- checks that no check and no change before this failed\n"
          "CREATE TEMP TABLE IF NOT EXISTS " +
          table +
          "INSERT OR ROLLBACK INTO temp.\"manage_checks\" (\"passed\") SELECT "
          "count(*) = 2 AND (SELECT \"schema_version\" FROM "
          "pragma_schema_version) >= max(\"schema\") + 1 FROM "
          "temp.\"manage_checks\";\n"
          "COMMIT;\n"
          "DROP TABLE temp.\"manage_checks\";\n"
          "CREATE TABLE v (a);\n");
}

TEST_CASE("a user's transaction is not begun again") {
  const std::string made =
      script({users("BEGIN"), own("CREATE TABLE u (a)"), check("SELECT 1"),
              users("COMMIT"), own("CREATE TABLE v (a)"), check("SELECT 2")},
             false);
  CHECK(made.find("BEGIN;\nCREATE TABLE u (a);\n-- checks it\nSELECT 1;\n"
                  "COMMIT;\n-- all or nothing") != std::string::npos);
  CHECK(made.find("NOT EXISTS (SELECT 2)") != std::string::npos);
}
