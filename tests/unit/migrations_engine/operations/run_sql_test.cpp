#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

std::string sql(const std::string& arguments) {
  return "RunSQL: {" + arguments + "}";
}

}  // namespace

TEST_CASE("statements run as they are, forwards and backwards") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.fill();
    CHECK(
        history.round_trip(item(sql(
            "sql: \"CREATE TABLE a (x integer); CREATE TABLE b (y integer)\", "
            "reverse_sql: [DROP TABLE b, DROP TABLE a]"))) ==
        Lines{"CREATE TABLE a (x integer)", "CREATE TABLE b (y integer)"});
    CHECK(history.rows("SELECT title FROM shop_book") == "T");
    // A per cent is one, without parameters.
    CHECK(history.apply(item(sql("sql: UPDATE shop_book SET title = '5%'"))) ==
          Lines{"UPDATE shop_book SET title = '5%'"});
    CHECK(history.rows("SELECT title FROM shop_book") == "5%");
  }
}

TEST_CASE("parameters take the places of %s") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.fill();
    history.apply(item(
        sql("sql: [[\"UPDATE shop_book SET title = %s, pages = %s WHERE title "
            "LIKE '%%T'\", [\"it's\", 3]]]")));
    CHECK(history.rows("SELECT title, pages FROM shop_book") == "it's|3");
    history.apply(
        item(sql("sql: [\"UPDATE shop_book SET title = %s\", [one]]")));
    CHECK(history.rows("SELECT title FROM shop_book") == "one");
  }
}

TEST_CASE("each database can have its own statements, or none") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    const std::string mine =
        engine == settings::Engine::kSqlite ? "sqlite" : "postgresql";
    CHECK(history.apply(item(sql("sql: {sqlite: SELECT 'sqlite', postgresql: "
                                 "SELECT 'postgresql'}"))) ==
          Lines{"SELECT '" + mine + "'"});
    const std::string other =
        engine == settings::Engine::kSqlite ? "postgresql" : "sqlite";
    CHECK(history
              .round_trip(item(sql("sql: {" + other +
                                   ": SELECT 1}, "
                                   "reverse_sql: noop")))
              .empty());
  }
}

TEST_CASE("without a way back it refuses to go back") {
  History history(settings::Engine::kSqlite);
  const std::string once = item(sql("sql: SELECT 1"));
  CHECK_FALSE(operations_of({sql("sql: SELECT 1")}).front()->reversible());
  CHECK(operations_of({sql("sql: SELECT 1, reverse_sql: noop")})
            .front()
            ->reversible());
  CHECK_THROWS_WITH(history.apply_and_undo(once),
                    Catch::Contains("this RunSQL has no reverse_sql, so it "
                                    "cannot be undone"));
}

TEST_CASE("whether it is in a transaction is kept as it was written") {
  for (const char* rest : {"", ", atomic: true", ", atomic: false"}) {
    const std::string text = sql(std::string("sql: SELECT 1") + rest);
    CHECK(written(Lines{text}) == Lines{"{" + text + "}"});
  }
  CHECK_FALSE(operations_of({sql("sql: SELECT 1")}).front()->atomic());
  CHECK(
      operations_of({sql("sql: SELECT 1, atomic: false")}).front()->atomic() ==
      false);
  CHECK(mistakes(sql("sql: SELECT 1, atomic: no")) ==
        Lines{"2:37: atomic of RunSQL must be true or false, not no (write "
              "false, without quotes)"});
}

TEST_CASE("what is wrong with SQL is said at its place") {
  CHECK(mistakes("RunSQL: {}") == Lines{"2:13: RunSQL needs the key sql"});
  CHECK(mistakes(sql("sql: {mysql: SELECT 1}")) ==
        Lines{"2:27: sql of RunSQL: there is no database mysql (the keys are "
              "sqlite and postgresql)"});
  CHECK(mistakes(sql("sql: [[SELECT 1, x]]")) ==
        Lines{"2:20: sql of RunSQL: a statement is a text, or a list of the "
              "text and its parameters (write it as `[\"UPDATE t SET a = "
              "%s\", [1]]`)"});
}

TEST_CASE("what SQL says of itself; it goes only if it may be left out") {
  CHECK(says(sql("sql: SELECT 1")) == "s Raw SQL operation ()");
  const std::string stays = sql("sql: SELECT 1");
  const std::string goes = sql("sql: SELECT 1, elidable: true");
  const std::string model = "CreateModel: {name: Tag, fields: {}}";
  const Lines kept{stays, model};
  CHECK(folded(kept) == written(kept));
  CHECK(folded({goes, model}) == written({model}));
  CHECK(folded({model, goes}) == written({model}));
  CHECK(folded({goes, stays}) == written({stays}));
  CHECK(folded({stays, goes}) == written({stays}));
}
