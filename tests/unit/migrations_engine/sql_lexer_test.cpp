#include "migrations_engine/sql_lexer.hpp"

#include <catch2/catch.hpp>

using namespace manage;
using Statements = std::vector<std::string>;

namespace {

Statements split_sql(std::string_view sql, bool nested_comments = true) {
  return migrations_engine::split_sql(sql, nested_comments);
}

}  // namespace

TEST_CASE("statements end at semicolons") {
  CHECK(split_sql("SELECT 1; SELECT 2;") == Statements{"SELECT 1", "SELECT 2"});
  CHECK(split_sql("SELECT 1") == Statements{"SELECT 1"});
  CHECK(split_sql("").empty());
  CHECK(split_sql(" ;; \n ; ").empty());
}

TEST_CASE("a semicolon inside quotes ends nothing") {
  CHECK(split_sql("SELECT 'a;b'; SELECT \"x;y\"") ==
        Statements{"SELECT 'a;b'", "SELECT \"x;y\""});
  CHECK(split_sql("SELECT 'it''s; one'; SELECT 2") ==
        Statements{"SELECT 'it''s; one'", "SELECT 2"});
  CHECK(split_sql("SELECT E'a\\';b'; SELECT 2") ==
        Statements{"SELECT E'a\\';b'", "SELECT 2"});
}

TEST_CASE("comments belong to no statement of their own") {
  CHECK(split_sql("-- only; a comment\n") == Statements{});
  CHECK(split_sql("SELECT 1; -- the end;\n") == Statements{"SELECT 1"});
  CHECK(split_sql("/* a; /* nested; */ b; */ SELECT 1") ==
        Statements{"/* a; /* nested; */ b; */ SELECT 1"});
}

TEST_CASE("dollar quotes hold function bodies") {
  std::string function =
      "CREATE FUNCTION f() RETURNS void AS $body$ BEGIN PERFORM 1; END; "
      "$body$ LANGUAGE plpgsql";
  CHECK(split_sql(function + "; SELECT 1") == Statements{function, "SELECT 1"});
  CHECK(split_sql("SELECT $1; SELECT $$;$$") ==
        Statements{"SELECT $1", "SELECT $$;$$"});
}

TEST_CASE("a trigger is one statement up to its END") {
  std::string trigger =
      "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET n = CASE "
      "WHEN 1 THEN 2 ELSE 3 END; DELETE FROM c; END";
  CHECK(split_sql(trigger + "; SELECT 1") == Statements{trigger, "SELECT 1"});
}

TEST_CASE("SQLite's comments end at the first end") {
  CHECK(split_sql("/* src/*.sql */ SELECT 1; SELECT 2", false) ==
        Statements{"/* src/*.sql */ SELECT 1", "SELECT 2"});
}

TEST_CASE("a routine in SQL is one statement up to its END") {
  const std::string function =
      "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE "
      "WHEN true THEN 1 END; SELECT 2; END";
  CHECK(split_sql(function + "; SELECT 1") == Statements{function, "SELECT 1"});
}

TEST_CASE("a semicolon in parentheses ends nothing") {
  const std::string rule =
      "CREATE RULE r AS ON INSERT TO a DO ALSO (DELETE FROM b; DELETE FROM c)";
  CHECK(split_sql(rule + "; SELECT ')'; SELECT 1)") ==
        Statements{rule, "SELECT ')'", "SELECT 1)"});
}

TEST_CASE("a name may have dollars") {
  CHECK(split_sql("SELECT a$b$c; SELECT 2") ==
        Statements{"SELECT a$b$c", "SELECT 2"});
}

TEST_CASE("placeholders stand outside quotes and comments") {
  auto found = [](std::string_view sql, char sign) {
    std::string numbers;
    for (const migrations_engine::Placeholder& one :
         migrations_engine::find_placeholders(sql, sign, sign == '$')) {
      CHECK(sql[one.begin] == sign);
      const auto digits = sql.substr(one.begin + 1, one.end - one.begin - 1);
      CHECK((digits.empty() || digits == std::to_string(one.number)));
      numbers += std::to_string(one.number) + " ";
    }
    return numbers;
  };
  CHECK(found("UPDATE t SET a = ?2, b = '?3', \"?4\" = ?12", '?') == "2 12 ");
  CHECK(found("SELECT ?1 -- it's ?2\n, ?3 /* \" ?4 */, ?5", '?') == "1 3 5 ");
  CHECK(found("SELECT $1, a$2, $x$ $3 $x$, '$4', \"$5\", $6", '$') == "1 6 ");
  CHECK(found("SELECT $1::jsonb ? 'a', x[$2] /* /* */ $3 */", '$') == "1 2 ");
  // SQLite's, of no number: the one after the largest so far.
  CHECK(found("SELECT ?, '?', ?", '?') == "1 2 ");
  CHECK(found("SELECT ?7, ?", '?') == "7 8 ");
  CHECK(found("SELECT a ? b, $", '$') == "");
}

TEST_CASE("what does not end is an error") {
  CHECK_THROWS_WITH(split_sql("SELECT 'a; b"), "a quote does not end: 'a; b");
  CHECK_THROWS_WITH(split_sql("SELECT $x$ a; b"),
                    "a dollar quote does not end: $x$ a; b");
  CHECK_THROWS_WITH(split_sql("/* a; b"), "a comment does not end: /* a; b");
  CHECK_THROWS_WITH(split_sql("/* a /* b */"),
                    "a comment does not end: /* a /* b */");
}
