#include "migrations_engine/sql_lexer.hpp"

#include <catch2/catch.hpp>

using manage::migrations_engine::split_sql;
using Statements = std::vector<std::string>;

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

TEST_CASE("what is not terminated ends with the text") {
  CHECK(split_sql("SELECT 'a; b").size() == 1);
  CHECK(split_sql("SELECT $x$ a; b").size() == 1);
  CHECK(split_sql("/* a; b").empty());
}
