#include "orm/connection.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <thread>

#include "databases.hpp"
#include "orm/catalog.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

Value integer(std::int64_t number) { return number; }
Value text(std::string_view text) { return std::string(text); }

void make_shop(Connection& connection) {
  run(connection,
      "CREATE TABLE author (id integer NOT NULL PRIMARY KEY, name varchar(20) "
      "NOT NULL UNIQUE)");
  run(connection,
      "CREATE TABLE book (id integer NOT NULL PRIMARY KEY, title varchar(20) "
      "NOT NULL, price integer NOT NULL CONSTRAINT price_gte_0 CHECK (price >= "
      "0), author_id integer NOT NULL REFERENCES author (id) DEFERRABLE "
      "INITIALLY DEFERRED, UNIQUE (title, author_id))");
}

}  // namespace

TEST_CASE("a statement says how many rows it changed") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  make_shop(*connection);
  CHECK(run(*connection, "INSERT INTO author VALUES (?, ?), (?, ?)",
            {integer(1), text("Ann"), integer(2), text("Ben")}) == 2);
  CHECK(run(*connection, "UPDATE author SET name = ? WHERE id = ?",
            {text("Anna"), integer(1)}) == 1);
  CHECK(run(*connection, "UPDATE author SET name = ? WHERE id = ?",
            {text("Zoe"), integer(9)}) == 0);
  CHECK(run(*connection, "CREATE TABLE other (id integer)") == 0);
  CHECK(run(*connection, "SELECT id FROM author") == 0);
  CHECK(run(*connection, "DELETE FROM author") == 2);
}

TEST_CASE("a query returns columns and rows") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  make_shop(*connection);
  run(*connection, "INSERT INTO author VALUES (1, 'Ann'), (2, 'Ben')");
  Result result = connection->query("SELECT id, name FROM author ORDER BY id");
  CHECK(result.columns == std::vector<std::string>{"id", "name"});
  CHECK(result.rows ==
        std::vector<Row>{{integer(1), text("Ann")}, {integer(2), text("Ben")}});
  CHECK(rows(*connection, "SELECT name FROM author WHERE id = ?",
             {integer(2)}) == "Ben");
  CHECK(rows(*connection, "SELECT name FROM author WHERE id = 7") == "");
}

TEST_CASE("a statement can be run again and again with other parameters") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  make_shop(*connection);
  for (int id = 1; id <= 300; ++id) {
    run(*connection, "INSERT INTO author VALUES (?, ?)",
        {integer(id), text("Author " + std::to_string(id))});
    // More statements than are kept prepared; it is prepared when it comes
    // again.
    for (int time = 0; time < 3; ++time) {
      CHECK(rows(*connection,
                 "SELECT name, " + std::to_string(id) +
                     " FROM author WHERE id = "
                     "?",
                 {integer(id)}) ==
            "Author " + std::to_string(id) + "|" + std::to_string(id));
    }
  }
  CHECK(rows(*connection, "SELECT count(*) FROM author") == "300");
}

TEST_CASE("a prepared query survives a change of its table") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  make_shop(*connection);
  run(*connection, "INSERT INTO author VALUES (1, 'Ann')");
  const auto ask_often = [&](const std::string& expected) {
    for (int time = 0; time < 3; ++time) {
      CHECK(rows(*connection, "SELECT * FROM author WHERE id = ?",
                 {integer(1)}) == expected);
    }
  };
  ask_often("1|Ann");
  connection->begin();
  run(*connection, "ALTER TABLE author ADD COLUMN age integer");
  ask_often("1|Ann|NULL");
  connection->rollback();
  ask_often("1|Ann");
}

TEST_CASE("a constraint's error names table and columns") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  make_shop(*connection);
  run(*connection, "INSERT INTO author VALUES (1, 'Ann')");
  run(*connection, "INSERT INTO book VALUES (1, 'Dune', 9, 1)");

  DatabaseError unique =
      failure(*connection, "INSERT INTO book VALUES (2, 'Dune', 9, 1)");
  CHECK(unique.code() == "database.unique");
  CHECK(unique.table == "book");
  CHECK(unique.columns == std::vector<std::string>{"title", "author_id"});

  DatabaseError key = failure(*connection, "INSERT INTO author VALUES (?, ?)",
                              {integer(1), text("Ben")});
  CHECK(key.code() == "database.unique");
  CHECK(key.columns == std::vector<std::string>{"id"});

  DatabaseError missing =
      failure(*connection, "INSERT INTO author VALUES (3, NULL)");
  CHECK(missing.code() == "database.not-null");
  CHECK(missing.table == "author");
  CHECK(missing.columns == std::vector<std::string>{"name"});

  DatabaseError check =
      failure(*connection, "INSERT INTO book VALUES (3, 'Emma', -1, 1)");
  CHECK(check.code() == "database.check");
  CHECK(check.constraint == "price_gte_0");
}

TEST_CASE("messages of constraints say what is wrong") {
  TestDatabase database(Engine::kSqlite);
  auto connection = database.open();
  make_shop(*connection);
  run(*connection, "INSERT INTO author VALUES (1, 'Ann')");
  run(*connection, "CREATE UNIQUE INDEX lower_name ON author (lower(name))");
  CHECK(
      failure(*connection, "INSERT INTO author VALUES (1, 'Ben')").message() ==
      "another row of author has the same id");
  CHECK(
      failure(*connection, "INSERT INTO author VALUES (2, 'ANN')").message() ==
      "another row has the same index 'lower_name'");
  CHECK(
      failure(*connection, "INSERT INTO author VALUES (2, 'ANN')").constraint ==
      "lower_name");
  CHECK(failure(*connection, "INSERT INTO author VALUES (2, NULL)").message() ==
        "author.name must not be null");
  CHECK(failure(*connection, "INSERT INTO book VALUES (1, 'A', -1, 1)")
            .message() == "the check price_gte_0 failed");
}

TEST_CASE("a dangling reference fails at commit") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  make_shop(*connection);
  {
    Transaction transaction(*connection);
    run(*connection, "INSERT INTO book VALUES (1, 'Dune', 9, 77)");
    CHECK_THROWS_AS(transaction.commit(), DatabaseError);
  }
  CHECK_FALSE(connection->in_transaction());
  CHECK(rows(*connection, "SELECT count(*) FROM book") == "0");
  CHECK(failure(*connection, "INSERT INTO book VALUES (1, 'Dune', 9, 77)")
            .code() == "database.foreign-key");
}

TEST_CASE("a transaction is rolled back unless it is committed") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  make_shop(*connection);
  CHECK_FALSE(connection->in_transaction());
  {
    Transaction transaction(*connection);
    CHECK(connection->in_transaction());
    run(*connection, "INSERT INTO author VALUES (1, 'Ann')");
  }
  CHECK_FALSE(connection->in_transaction());
  CHECK(rows(*connection, "SELECT count(*) FROM author") == "0");
  {
    Transaction transaction(*connection);
    run(*connection, "INSERT INTO author VALUES (1, 'Ann')");
    transaction.commit();
  }
  CHECK(rows(*database.open(), "SELECT name FROM author") == "Ann");
  connection->rollback();  // harmless outside a transaction
}

TEST_CASE("a transaction begins with statements, or does not begin") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  make_shop(*connection);
  const std::vector<std::string> first{"INSERT INTO author VALUES (1, 'Ann')",
                                       "INSERT INTO author VALUES (2, 'Ben')"};
  {
    Transaction transaction(*connection, first);
    CHECK(rows(*connection, "SELECT count(*) FROM author") == "2");
  }
  CHECK(rows(*connection, "SELECT count(*) FROM author") == "0");
  const std::vector<std::string> wrong{first.front(), first.front()};
  const auto begin_wrongly = [&] {
    Transaction transaction(*connection, wrong);
    run(*connection, "INSERT INTO author VALUES (3, 'Cid')");
  };
  CHECK(thrown(begin_wrongly).starts_with("database.unique: "));
  CHECK_FALSE(connection->in_transaction());
  CHECK(rows(*connection, "SELECT count(*) FROM author") == "0");
}

TEST_CASE("a statement that nobody waits for runs in its order") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  make_shop(*connection);
  connection->later("INSERT INTO author VALUES (1, 'Ann')");
  CHECK(rows(*database.open(), "SELECT name FROM author") == "Ann");
  Transaction transaction(*connection);
  CHECK(connection->in_transaction());
  connection->later("DELETE FROM author");
  connection->later("INSERT INTO author VALUES (2, 'Ben')");
  CHECK(rows(*connection, "SELECT name FROM author") == "Ben");
  connection->later("CREATE TABLE extra (id integer)");
  connection->later("INSERT INTO author VALUES (3, 'Cid')");
  {
    Savepoint savepoint(*connection, "undone");
    connection->later("INSERT INTO author VALUES (4, 'Dan')");
  }
  transaction.commit();
  auto other = database.open();
  CHECK(rows(*other, "SELECT id FROM author ORDER BY id") == "2\n3");
  CHECK(rows(*other, "SELECT count(*) FROM extra") == "0");
}

TEST_CASE("the error of a statement that nobody waits for comes in time") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  make_shop(*connection);
  const auto explain = [](const Error& error) {
    return Error(error.code(), "the second author: " + error.message());
  };
  const auto fail = [&](bool look) {
    Transaction transaction(*connection);
    connection->later("INSERT INTO author VALUES (1, 'Ann')");
    connection->later("INSERT INTO author VALUES (1, 'Ben')", {}, explain);
    connection->later("INSERT INTO author VALUES (2, 'Cid')");
    if (look) rows(*connection, "SELECT count(*) FROM author");
    transaction.commit();
  };
  const auto flush = [&] {
    Transaction transaction(*connection);
    connection->later("INSERT INTO author VALUES (1, 'Ann')");
    connection->flush();
    CHECK(rows(*connection, "SELECT count(*) FROM author") == "1");
    connection->later("INSERT INTO author VALUES (1, 'Ben')", {}, explain);
    connection->flush();
  };
  CHECK(thrown(flush).starts_with("database.unique: the second author: "));
  for (const bool look : {true, false}) {
    CHECK(thrown([&] {
            fail(look);
          }).starts_with("database.unique: the second author: "));
    CHECK_FALSE(connection->in_transaction());
    CHECK(rows(*connection, "SELECT count(*) FROM author") == "0");
  }
  // What is undone does not matter.
  Transaction transaction(*connection);
  if (database.config.engine == Engine::kPostgresql) {
    Savepoint savepoint(*connection, "undone");
    connection->later("INSERT INTO nowhere VALUES (1)");
  }
  connection->later("INSERT INTO author VALUES (1, 'Ann')");
  transaction.commit();
  CHECK(rows(*connection, "SELECT count(*) FROM author") == "1");
}

TEST_CASE("many statements that nobody waits for") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  make_shop(*connection);
  const bool marks = database.config.engine == Engine::kPostgresql;
  Transaction transaction(*connection);
  for (int number = 1; number <= 1000; ++number) {
    connection->later(
        marks ? "INSERT INTO author VALUES ($1, $2)"
              : "INSERT INTO author VALUES (?1, ?2)",
        {integer(number), text(fmt::format("name {:>13}", number))});
  }
  transaction.commit();
  CHECK(rows(*connection, "SELECT count(*), sum(length(name)) FROM author") ==
        "1000|18000");
}

TEST_CASE("a transaction cannot begin within a transaction") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  connection->begin();
  CHECK(thrown([&] { connection->begin(); }) ==
        "database.error: a transaction cannot begin within a transaction");
  CHECK(connection->in_transaction());
}

TEST_CASE("a savepoint undoes a part of a transaction") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  make_shop(*connection);
  Transaction transaction(*connection);
  run(*connection, "INSERT INTO author VALUES (1, 'Ann')");
  {
    Savepoint savepoint(*connection, "a \"name\"");
    run(*connection, "INSERT INTO author VALUES (2, 'Ben')");
  }
  {
    Savepoint savepoint(*connection, "b");
    CHECK_THROWS_AS(run(*connection, "INSERT INTO author VALUES (1, 'Ann')"),
                    DatabaseError);
  }
  {
    Savepoint savepoint(*connection, "c");
    run(*connection, "INSERT INTO author VALUES (3, 'Cid')");
    savepoint.release();
  }
  transaction.commit();
  CHECK(rows(*connection, "SELECT id FROM author ORDER BY id") == "1\n3");
}

TEST_CASE("only one statement is run at a time") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  make_shop(*connection);
  CHECK_THROWS_AS(run(*connection,
                      "INSERT INTO author VALUES (1, 'A'); DELETE FROM author"),
                  DatabaseError);
  CHECK(rows(*connection, "SELECT count(*) FROM author") == "0");
  run(*connection, "INSERT INTO author VALUES (1, 'A'); -- the end");
  run(*connection, "-- only a comment");
  CHECK(rows(*connection, "SELECT count(*) FROM author") == "1");
  CHECK_THROWS_AS(connection->execute(std::string("SELECT 1\0; nonsense", 19)),
                  DatabaseError);
}

TEST_CASE("texts of every kind come back") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  run(*connection, "CREATE TABLE t (id integer, body text)");
  for (const char* body : {"", "it's \"quoted\"", "žluťoučký\n\tkůň", "\\N",
                           "100%; DROP TABLE t", "?"}) {
    run(*connection, "INSERT INTO t VALUES (?, ?)", {integer(1), text(body)});
    CHECK(rows(*connection, "SELECT body FROM t") == body);
    run(*connection, "DELETE FROM t WHERE body = ?", {text(body)});
  }
}

TEST_CASE("an interrupted statement says so") {
  Engine engine = GENERATE(from_range(engines()));
  TestDatabase database(engine);
  auto connection = database.open();
  const char* endless =
      engine == Engine::kSqlite
          ? "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT max(i) FROM n"
          : "SELECT pg_sleep(60)";
  std::atomic<bool> done = false;
  std::thread interrupter([&] {
    while (!done) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      connection->interrupt();
    }
  });
  DatabaseError error("", "");
  try {
    connection->query(endless);
  } catch (const DatabaseError& caught) {
    error = caught;
  }
  done = true;
  interrupter.join();
  CHECK(error.code() == "database.interrupted");
  CHECK(error.exit_code() == ExitCode::kInterrupted);
}

TEST_CASE("SQLite: a second writer is told that the file is locked") {
  TestDatabase database(Engine::kSqlite);
  auto first = database.open();
  run(*first, "CREATE TABLE t (id integer)");
  database.config.options.set("timeout", Real{"0.01"});
  auto second = database.open();
  first->begin();
  try {
    second->begin();
    FAIL("not locked");
  } catch (const DatabaseError& error) {
    CHECK(error.code() == "database.locked");
    CHECK(error.message() ==
          "the database \"default\" (" + database.config.name + ") is locked");
    CHECK(error.exit_code() == ExitCode::kLocked);
    CHECK(error.diagnostics()[0].hint ==
          "another program is writing to it; try again when it is done, or "
          "raise options.timeout (seconds)");
  }
  CHECK_FALSE(second->in_transaction());
  first->commit();
  second->begin();
}

TEST_CASE("SQLite: a deferred transaction locks only when it writes") {
  TestDatabase database(Engine::kSqlite);
  auto first = database.open();
  run(*first, "CREATE TABLE t (id integer)");
  database.config.options.set("transaction_mode", "deferred");
  database.config.options.set("timeout", 0);
  auto second = database.open();
  first->begin();
  second->begin();
  CHECK(rows(*second, "SELECT count(*) FROM t") == "0");
}

TEST_CASE("SQLite: options") {
  TestDatabase database(Engine::kSqlite);
  DataMap& options = database.config.options;
  options.set("init_command", "PRAGMA cache_size = 77; PRAGMA synchronous = 1");
  CHECK(rows(*database.open(), "PRAGMA cache_size") == "77");
  CHECK(rows(*database.open(), "PRAGMA foreign_keys") == "1");
  CHECK(rows(*database.open(), "PRAGMA journal_mode") == "delete");

  options = {{"timeout", "long"}};
  CHECK(thrown([&] { database.open(); }) ==
        "database.option: databases.default.options.timeout must be a number "
        "of seconds");
  options = {{"timeout", -1}};
  CHECK_THROWS_AS(database.open(), Error);
  options = {{"transaction_mode", "later"}};
  CHECK(thrown([&] { database.open(); }) ==
        "database.option: databases.default.options.transaction_mode must be "
        "deferred, immediate or exclusive");
  options = {{"charset", "utf8"}};
  CHECK(thrown([&] { database.open(); }) ==
        "database.option: databases.default.options.charset is not an option "
        "of SQLite - it takes timeout, transaction_mode and init_command");
}

TEST_CASE("SQLite: foreign keys can be switched off around a rebuild") {
  TestDatabase database(Engine::kSqlite);
  auto connection = database.open();
  connection->execute("PRAGMA foreign_keys = OFF");
  CHECK(rows(*connection, "PRAGMA foreign_keys") == "0");
  connection->execute("PRAGMA foreign_keys = ON");
}

TEST_CASE("SQLite: what cannot be opened is named") {
  TestDatabase database(Engine::kSqlite);
  std::filesystem::path folder =
      std::filesystem::path(database.config.name).parent_path();

  database.config.name = (folder / "no/such/db.sqlite3").string();
  CHECK(thrown([&] { database.open(); }) ==
        "database.connect: the database \"default\" cannot be opened: there is "
        "no folder " +
            (folder / "no/such").string() +
            " - create the folder, or change databases.default.name");

  database.config.name = folder.string();
  CHECK(thrown([&] { database.open(); }) ==
        "database.connect: the database \"default\" (" + folder.string() +
            ") cannot be opened - the folder must exist, and folder and file "
            "be readable");

  database.config.name = (folder / "notes.txt").string();
  std::ofstream(database.config.name) << std::string(2000, 'x');
  CHECK(thrown([&] { database.open(); }) ==
        "database.connect: the database \"default\" (" + database.config.name +
            ") is not a SQLite database - check databases.default.name");
}

TEST_CASE("SQLite: writing to a read-only database says so") {
  TestDatabase database(Engine::kSqlite);
  auto connection = database.open();
  connection->execute("PRAGMA query_only = ON");
  CHECK(thrown([&] { connection->execute("CREATE TABLE t (a)"); }) ==
        "database.error: the database \"default\" (" + database.config.name +
            ") is read-only - the file and its folder must be writable");
}

TEST_CASE("SQLite: the number of parameters must fit") {
  TestDatabase database(Engine::kSqlite);
  auto connection = database.open();
  CHECK(thrown([&] { rows(*connection, "SELECT ?, ?", {integer(1)}); }) ==
        "database.error: the statement takes 2 parameters, but got 1");
  CHECK(thrown([&] { rows(*connection, "SELECT ?"); }) ==
        "database.error: the statement takes 1 parameter, but got 0");
}

TEST_CASE("SQLite: every value is stored as Django stores it") {
  TestDatabase database(Engine::kSqlite);
  auto connection = database.open();
  Result result = connection->query(
      "SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?",
      std::vector<Value>{Null{}, true, integer(INT64_MIN), 0.1,
                         *Decimal::parse("1.50"), Date{2026, 1, 31},
                         *Time::parse("12:30"),
                         *DateTime::parse("2026-01-31 12:30:15.5"),
                         *Duration::parse("-00:00:01"),
                         *parse_uuid("f47ac10b-58cc-4372-a567-0e02b2c3d479"),
                         Json{"[1]"}, Bytes{std::string("\0\1", 2)}});
  CHECK(result.rows[0] ==
        Row{Null{}, integer(1), integer(INT64_MIN), 0.1, text("1.50"),
            text("2026-01-31"), text("12:30:00"),
            text("2026-01-31 12:30:15.500000"), integer(-1'000'000),
            text("f47ac10b58cc4372a5670e02b2c3d479"), text("[1]"),
            Bytes{std::string("\0\1", 2)}});
}

TEST_CASE("SQLite: who only looks makes no file") {
  TestDatabase database(Engine::kSqlite);
  const std::filesystem::path file = database.config.name;
  {
    auto connection = database.open();
    CHECK(rows(*connection, "SELECT count(*) FROM sqlite_master") == "0");
    CHECK(introspector(*connection)->tables().empty());
    CHECK_THROWS_AS(connection->query("SELECT * FROM author"), DatabaseError);
    // Nor does a transaction in which nothing is changed.
    for (bool committed : {true, false}) {
      connection->begin();
      CHECK(connection->in_transaction());
      CHECK(rows(*connection, "SELECT 1") == "1");
      if (committed) connection->commit();
      connection->rollback();
      CHECK_FALSE(connection->in_transaction());
    }
  }
  CHECK(std::filesystem::is_empty(file.parent_path()));
}

TEST_CASE("SQLite: the first change makes the file") {
  TestDatabase database(Engine::kSqlite);
  const auto first_change = [&](const std::function<void(Connection&)>& call) {
    auto connection = database.open();
    CHECK(rows(*connection, "SELECT 1 WHERE ? = 1", {integer(1)}) == "1");
    call(*connection);
    CHECK(std::filesystem::exists(database.config.name));
    CHECK(rows(*connection, "SELECT 1 WHERE ? = 1", {integer(1)}) == "1");
    connection.reset();
    std::filesystem::remove(database.config.name);
  };
  first_change([](Connection& connection) {
    make_shop(connection);
    CHECK(failure(connection, "INSERT INTO book VALUES (1, 'Dune', -1, 7)")
              .code() == "database.check");
  });
  first_change([](Connection& connection) {
    connection.begin();
    CHECK(connection.in_transaction());
    run(connection, "CREATE TABLE t (id integer)");
    CHECK(connection.in_transaction());
    connection.rollback();
    CHECK(rows(connection, "SELECT count(*) FROM sqlite_master") == "0");
  });
  first_change([](Connection& connection) {
    connection.query("CREATE TABLE t (id integer)");
    CHECK(rows(connection, "INSERT INTO t VALUES (7) RETURNING id") == "7");
  });
}

TEST_CASE("SQLite: a file that somebody else makes meanwhile is seen") {
  TestDatabase database(Engine::kSqlite);
  auto connection = database.open();
  CHECK_THROWS_AS(connection->query("SELECT name FROM author"), DatabaseError);
  auto other = database.open();
  make_shop(*other);
  run(*other, "INSERT INTO author VALUES (1, 'Ann')");
  CHECK(rows(*connection, "SELECT name FROM author") == "Ann");
}

TEST_CASE("SQLite: init_command runs on the file, once it is there") {
  TestDatabase database(Engine::kSqlite);
  database.config.options.set("init_command", "PRAGMA cache_size = 77");
  auto connection = database.open();
  run(*connection, "CREATE TABLE t (id integer)");
  CHECK(rows(*connection, "PRAGMA cache_size") == "77");
}
