// What a logged connection tells, and that it changes nothing.
#include "orm/query_log.hpp"

#include <catch2/catch.hpp>

#include "databases.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

/// Statements without their times.
struct Log {
  std::vector<std::string> lines;

  StatementSink sink() {
    return [this](const LoggedStatement& one) {
      std::string line = one.text();
      if (one.microseconds) CHECK(*one.microseconds >= 0);
      lines.push_back(line.substr(line.find(", ") + 2));
    };
  }
};

}  // namespace

TEST_CASE("a logged connection tells of each statement") {
  TestDatabase database(GENERATE(from_range(engines())));
  Log log;
  auto connection = logged(database.open(), log.sink());
  run(*connection, "CREATE TABLE t (id integer PRIMARY KEY, name varchar(9))");
  connection->begin();
  run(*connection, "INSERT INTO t VALUES (?, ?)",
      {std::int64_t{1}, std::string("it's")});
  connection->later("INSERT INTO t VALUES (2, 'b')");
  connection->savepoint("s");
  connection->rollback_to_savepoint("s");
  connection->commit();
  CHECK(rows(*connection, "SELECT name FROM t WHERE id = ?",
             {std::int64_t{1}}) == "it's");
  const std::string sign =
      database.config.engine == Engine::kSqlite ? "?" : "$";
  CHECK(log.lines ==
        std::vector<std::string>{
            "default) CREATE TABLE t (id integer PRIMARY KEY, name varchar(9))",
            "default) BEGIN",
            "default) INSERT INTO t VALUES (" + sign + "1, " + sign +
                "2); 1, 'it''s'",
            "default) INSERT INTO t VALUES (2, 'b')", "default) SAVEPOINT s",
            "default) ROLLBACK TO SAVEPOINT s", "default) COMMIT",
            "default) SELECT name FROM t WHERE id = " + sign + "1; 1"});
}

TEST_CASE("a statement that failed is told too") {
  TestDatabase database(GENERATE(from_range(engines())));
  Log log;
  auto connection = logged(database.open(), log.sink());
  CHECK_THROWS_AS(connection->query("SELECT * FROM nowhere"), DatabaseError);
  CHECK(log.lines ==
        std::vector<std::string>{"default, failed) SELECT * FROM nowhere"});
}

TEST_CASE("what waits for the next statement has no time of its own") {
  TestDatabase database(GENERATE(from_range(engines())));
  std::vector<std::string> lines;
  auto connection = logged(database.open(), [&](const LoggedStatement& one) {
    lines.push_back(one.text());
  });
  run(*connection, "CREATE TABLE t (id integer PRIMARY KEY)");
  connection->later("INSERT INTO t VALUES (1)");
  CHECK_FALSE(lines.back().starts_with("(later"));
  const Transaction transaction(*connection);
  connection->later("INSERT INTO t VALUES (2)");
  const bool waits = database.config.engine == Engine::kPostgresql;
  CHECK(lines.back().starts_with("(later") == waits);
  if (waits) return;
  CHECK_THROWS_AS(connection->later("INSERT INTO t VALUES (2)"), DatabaseError);
  CHECK(lines.back().ends_with(", default, failed) INSERT INTO t VALUES (2)"));
}

TEST_CASE("rows in bulk are one line") {
  TestDatabase database(GENERATE(from_range(engines())));
  Log log;
  auto connection = logged(database.open(), log.sink());
  run(*connection, "CREATE TABLE t (id integer PRIMARY KEY)");
  const Transaction transaction(*connection);
  auto writer = connection->bulk_writer("t", {"id"});
  for (std::int64_t id = 1; id <= 3; ++id) {
    writer->add(std::vector<Value>{id});
  }
  CHECK(writer->finish() == 3);
  CHECK(log.lines.back() == "default) 3 rows into t, in bulk");
}

TEST_CASE("a log has one line for each statement, and cuts long values") {
  LoggedStatement one{"default", "SELECT\n  1", {}, 1204, false};
  CHECK(one.text() == "(0.001204 s, default) SELECT   1");
  const std::vector<Value> values{std::string(500, 'x')};
  one.parameters = values;
  one.microseconds.reset();
  const std::string text = one.text();
  CHECK(text.starts_with("(later, default) SELECT   1; 'xxx"));
  CHECK(text.ends_with("xxx…"));
  CHECK(text.size() < 260);
}
