#include <catch2/catch.hpp>

#include "databases.hpp"
#include "orm/connection.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

Value integer(std::int64_t number) { return number; }
Value text(std::string_view text) { return std::string(text); }

std::int64_t load(Connection& connection, std::string table,
                  std::vector<std::string> columns,
                  const std::vector<Row>& rows) {
  auto writer = connection.bulk_writer(std::move(table), std::move(columns));
  for (const Row& row : rows) writer->add(row);
  return writer->finish();
}

}  // namespace

TEST_CASE("any number of rows is loaded, in order") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  std::int64_t count = GENERATE(0, 1, 49, 50, 51, 100, 1234);
  run(*connection, "CREATE TABLE \"t t\" (id integer, \"Na\"\"me\" text)");
  Transaction transaction(*connection);
  std::vector<Row> rows_in;
  for (std::int64_t id = 0; id < count; ++id) {
    rows_in.push_back({integer(id), id % 3 == 0 ? Value(Null{}) : text("é")});
  }
  CHECK(load(*connection, "t t", {"id", "Na\"me"}, rows_in) == count);
  transaction.commit();
  CHECK(connection->query("SELECT * FROM \"t t\" ORDER BY id").rows == rows_in);
}

TEST_CASE("columns may stand in another order, and some be left out") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  run(*connection, "CREATE TABLE t (a integer, b text, c integer DEFAULT 7)");
  CHECK(load(*connection, "t", {"b", "a"}, {{text("x"), integer(1)}}) == 1);
  CHECK(rows(*connection, "SELECT * FROM t") == "1|x|7");
}

TEST_CASE("many columns are loaded in several smaller statements") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  constexpr int kColumns = 900;
  std::string definition;
  std::vector<std::string> columns;
  Row row;
  for (int at = 0; at < kColumns; ++at) {
    columns.push_back("c" + std::to_string(at));
    definition += (at ? ", " : "") + columns.back() + " integer";
    row.push_back(integer(at));
  }
  run(*connection, "CREATE TABLE t (" + definition + ")");
  CHECK(load(*connection, "t", columns, std::vector<Row>(120, row)) == 120);
  CHECK(rows(*connection, "SELECT count(*), min(c899) FROM t") == "120|899");
}

TEST_CASE("a row that the database refuses is an error by finish") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  run(*connection, "CREATE TABLE t (id integer PRIMARY KEY, name text)");
  {
    Transaction transaction(*connection);
    try {
      load(*connection, "t", {"id", "name"},
           {{integer(1), text("a")}, {integer(1), text("b")}});
      FAIL("no error");
    } catch (const DatabaseError& error) {
      CHECK(error.code() == "database.unique");
      CHECK(error.columns == std::vector<std::string>{"id"});
    }
  }
  CHECK(rows(*connection, "SELECT count(*) FROM t") == "0");
  CHECK(load(*connection, "t", {"id"}, {{integer(1)}}) == 1);
}

TEST_CASE("an error far before the end is noticed") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  run(*connection, "CREATE TABLE t (id integer PRIMARY KEY, name text)");
  Transaction transaction(*connection);
  auto writer = connection->bulk_writer("t", {"id", "name"});
  Row row{integer(1), text(std::string(10000, 'x'))};
  try {
    for (int count = 0; count < 10000; ++count) writer->add(row);
    writer->finish();
    FAIL("no error");
  } catch (const DatabaseError& error) {
    CHECK(error.code() == "database.unique");
  }
}

TEST_CASE("a writer that is not finished leaves the connection usable") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  run(*connection, "CREATE TABLE t (id integer)");
  {
    Transaction transaction(*connection);
    auto writer = connection->bulk_writer("t", {"id"});
    for (int id = 0; id < 70; ++id) writer->add(Row{integer(id)});
    writer.reset();
  }
  CHECK(rows(*connection, "SELECT count(*) FROM t") == "0");
}

TEST_CASE("a row must have as many values as there are columns") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  run(*connection, "CREATE TABLE t (a integer, b integer)");
  auto writer = connection->bulk_writer("t", {"a", "b"});
  CHECK(thrown([&] { writer->add(Row{integer(1)}); }) ==
        "database.error: a row of 1 value for 2 columns");
}

TEST_CASE("PostgreSQL: binary COPY keeps every value as a parameter would",
          "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto connection = database.open();
  run(*connection, "CREATE DOMAIN price AS numeric(12, 2)");
  run(*connection,
      "CREATE TABLE t (a bool, b int2, c int4, d int8, e float8, f numeric, g "
      "varchar(20), h text, i char(3), j date, k time, l timestamptz, m "
      "timestamp, n interval, o uuid, p jsonb, q json, r bytea, s inet, u "
      "price)");
  std::vector<std::string> columns;
  for (char c : std::string("abcdefghijklmnopqrsu")) columns.emplace_back(1, c);
  auto decimal = [](const char* text) { return *Decimal::parse(text); };
  auto moment = [](const char* text) { return *DateTime::parse(text); };
  auto duration = [](const char* text) { return *Duration::parse(text); };
  auto uuid = *parse_uuid("f47ac10b-58cc-4372-a567-0e02b2c3d479");
  const std::vector<Row> written{
      {true,
       integer(32767),
       integer(INT32_MAX),
       integer(INT64_MAX),
       0.1,
       decimal("12345.678900"),
       text("ab\tc"),
       text("žluť\\N\n"),
       text("abc"),
       Date{9999, 12, 31},
       *Time::parse("23:59:59.999999"),
       moment("2026-07-31 12:30:15.5"),
       moment("1969-12-31 23:59:59.999999"),
       duration("4 10:15:30.000001"),
       uuid,
       Json{"{\"a\": 1}"},
       Json{"[1,  2]"},
       Bytes{std::string("\0\1\xff", 3)},
       text("192.168.0.1"),
       decimal("-0.01")},
      {false,
       integer(-32768),
       integer(INT32_MIN),
       integer(INT64_MIN),
       -1e300,
       decimal("-99999999999999999999.0000000001"),
       text(""),
       text(""),
       text("xyz"),
       Date{1, 1, 1},
       Time{},
       moment("0001-01-01 00:00"),
       moment("9999-12-31 23:59:59"),
       duration("-1 23:59:59"),
       uuid,
       Json{"null"},
       Json{"1"},
       Bytes{},
       text("2001:db8::1"),
       decimal("10000.00")},
      Row(20, Null{}),
  };
  CHECK(load(*connection, "t", columns, written) == 3);
  CHECK(connection->query("SELECT * FROM t").rows == written);

  CHECK(rows(*connection,
             "SELECT f::text, n::text, s::text, u::text FROM t "
             "WHERE g = 'ab\tc'") ==
        "12345.678900|4 days 10:15:30.000001|192.168.0.1/32|-0.01");
}

TEST_CASE("PostgreSQL: numbers of every length pass binary COPY",
          "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto connection = database.open();
  run(*connection, "CREATE TABLE t (id int4, n numeric)");
  std::vector<Row> written;
  for (const char* number :
       {"0", "0.0", "0.00000", "1", "-1", "10", "9999", "10000", "10001",
        "100000000", "0.1", "0.01", "0.0001", "0.00001", "0.00000001",
        "12345678.12345678", "-0.000123", "1000000000000000000000000",
        "123456789012345678901234567890.123456789012345678901234567890"}) {
    written.push_back({integer(static_cast<std::int64_t>(written.size())),
                       *Decimal::parse(number)});
  }
  load(*connection, "t", {"id", "n"}, written);
  Result found = connection->query("SELECT id, n FROM t ORDER BY id");
  REQUIRE(found.rows.size() == written.size());
  for (std::size_t at = 0; at < written.size(); ++at) {
    CHECK(display(found.rows[at][1]) == display(written[at][1]));
    // The same as the server's own reading, in every bit.
    CHECK(rows(*connection,
               "SELECT n = ? AND hash_numeric(n) = "
               "hash_numeric(?) FROM t WHERE id = ?",
               {written[at][1], written[at][1], written[at][0]}) == "true");
  }
}

TEST_CASE("PostgreSQL: a type unknown here is loaded as text", "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto connection = database.open();
  run(*connection,
      "CREATE TABLE t (a int4[], b text, c bytea, d timestamptz, e boolean)");
  CHECK(load(*connection, "t", {"a", "b", "c", "d", "e"},
             {{text("{1,2}"), text("tab\there\\ and\nthere\r"),
               Bytes{std::string("\0\\\xff", 3)},
               *DateTime::parse("2026-01-31 12:30"), true},
              {Null{}, text("\\N"), Bytes{}, Null{}, false}}) == 2);
  CHECK(connection->query("SELECT * FROM t ORDER BY a").rows ==
        std::vector<Row>{{text("{1,2}"), text("tab\there\\ and\nthere\r"),
                          Bytes{std::string("\0\\\xff", 3)},
                          *DateTime::parse("2026-01-31 12:30"), true},
                         {Null{}, text("\\N"), Bytes{}, Null{}, false}});
}

TEST_CASE("PostgreSQL: a value that does not fit its column is named",
          "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto connection = database.open();
  run(*connection, "CREATE TABLE t (a int2, b date, c inet)");
  auto refused = [&](Row row) {
    auto writer = connection->bulk_writer("t", {"a", "b", "c"});
    return thrown([&] { writer->add(row); });
  };
  CHECK(refused({integer(32768), Null{}, Null{}}) ==
        "database.value: 32768 does not fit the type of t.a");
  CHECK(refused({Null{}, text("today"), Null{}}) ==
        "database.value: today does not fit the type of t.b");
  CHECK(refused({Null{}, Null{}, text("10.0.0.256")}) ==
        "database.value: 10.0.0.256 does not fit the type of t.c");
  CHECK(thrown([&] { connection->bulk_writer("t", {"zz"}); }) ==
        "database.error: the table t has no column zz");
  CHECK(thrown([&] { connection->bulk_writer("none", {"a"}); }) ==
        "database.error: relation \"none\" does not exist");
}
