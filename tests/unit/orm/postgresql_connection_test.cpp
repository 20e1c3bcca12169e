#include <catch2/catch.hpp>

#include "databases.hpp"
#include "orm/connection.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

Value integer(std::int64_t number) { return number; }
Value text(std::string_view text) { return std::string(text); }

}  // namespace

TEST_CASE("PostgreSQL: values have the types of their columns",
          "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto connection = database.open();
  const std::vector<Value> values{
      true,
      integer(INT64_MIN),
      -0.1,
      *Decimal::parse("-12345.6700"),
      Date{2026, 1, 31},
      *Time::parse("12:30:15.000001"),
      *DateTime::parse("2026-07-31 12:30:15.5"),
      *Duration::parse("-4 10:15:30"),
      *parse_uuid("f47ac10b-58cc-4372-a567-0e02b2c3d479"),
      Json{"{\"a\": [1, null]}"},
      Bytes{std::string("\0\\\xff", 3)},
      text("it's"),
      Null{}};
  Result result = connection->query(
      "SELECT $1::bool, $2::int8, $3::float8, $4::numeric, $5::date, $6::time, "
      "$7::timestamptz, $8::interval, $9::uuid, $10::jsonb, $11::bytea, "
      "$12::varchar, $13::int4",
      values);
  CHECK(result.rows[0] == values);
  CHECK(rows(*connection,
             "SELECT 5::int2, 6::int4, 1.5::float4, '10.0.0.1'::inet, "
             "'NaN'::numeric, 'infinity'::date, '24:00'::time, "
             "'2026-01-31 12:30'::timestamp, ARRAY[1,2]") ==
        "5|6|1.5|10.0.0.1|NaN|infinity|24:00:00|2026-01-31 12:30:00|{1,2}");
  CHECK(rows(*connection,
             "SELECT '1 year 2 months'::interval, '-1 year +2 months -3 days "
             "+04:05:06.7'::interval, '1 day -02:00'::interval, "
             "'0'::interval, '3 months 00:00:01'::interval, '2 "
             "years'::interval") ==
        "425 00:00:00|-303 04:05:06.700000|22:00:00|00:00:00|90 00:00:01|730 "
        "00:00:00");
}

TEST_CASE("PostgreSQL: the session is the same everywhere", "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto connection = database.open();
  CHECK(rows(*connection,
             "SELECT current_setting('TimeZone'), "
             "current_setting('client_encoding'), "
             "current_setting('application_name'), current_schema()") ==
        "UTC|UTF8|manage|" +
            *database.config.options.find("search_path")->text());
}

TEST_CASE("PostgreSQL: a role of the options is taken on", "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  database.config.options.set("role", "pg_monitor");
  CHECK(rows(*database.open(), "SELECT current_user::text") == "pg_monitor");
  database.config.options.erase("role");  // who cannot drop the schema
}

TEST_CASE("PostgreSQL: notices are kept, and only so many", "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto connection = database.open();
  connection->execute("DROP TABLE IF EXISTS nothing");
  CHECK(connection->take_notices() ==
        std::vector<std::string>{
            "NOTICE:  table \"nothing\" does not exist, skipping"});
  CHECK(connection->take_notices().empty());
  connection->execute(
      "DO $$ BEGIN FOR i IN 1..150 LOOP RAISE NOTICE '%', i; END LOOP; END $$");
  std::vector<std::string> notices = connection->take_notices();
  REQUIRE(notices.size() == 100);
  CHECK(notices.front() == "NOTICE:  51");
}

TEST_CASE("PostgreSQL: COMMIT of a failed transaction is an error",
          "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto connection = database.open();
  connection->begin();
  CHECK_THROWS_AS(connection->execute("SELECT 1/0"), DatabaseError);
  CHECK(thrown([&] { connection->commit(); }) ==
        "database.error: the transaction was rolled back, because a statement "
        "in it had failed");
  CHECK_FALSE(connection->in_transaction());
}

TEST_CASE("PostgreSQL: a killed connection is lost, not replaced",
          "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto connection = database.open();
  connection->begin();
  auto other = database.open();
  std::string id = rows(*connection, "SELECT pg_backend_pid()");
  rows(*other, "SELECT pg_terminate_backend(" + id + ")");
  CHECK(failure(*connection, "SELECT 1").code() == "database.lost");
  CHECK(failure(*connection, "SELECT 1").code() == "database.lost");
  CHECK_FALSE(connection->in_transaction());
  connection->rollback();
}

TEST_CASE("PostgreSQL: what waits for a connection that is lost is lost too",
          "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto connection = database.open();
  run(*connection, "CREATE TABLE t (id integer)");
  connection->begin();
  auto other = database.open();
  std::string id = rows(*connection, "SELECT pg_backend_pid()");
  for (int number = 0; number < 3; ++number) {
    connection->later("INSERT INTO t VALUES (1)");
  }
  rows(*other, "SELECT pg_terminate_backend(" + id + ")");
  CHECK(thrown([&] { connection->commit(); }).starts_with("database.lost: "));
  CHECK_FALSE(connection->in_transaction());
  connection->rollback();
  connection.reset();
  CHECK(rows(*other, "SELECT count(*) FROM t") == "0");
}

TEST_CASE("PostgreSQL: COPY does not go with statements that wait",
          "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto connection = database.open();
  connection->begin();
  connection->later("CREATE TABLE t (id integer)");
  CHECK(failure(*connection, "COPY t FROM STDIN").code() == "database.error");
  connection->rollback();
  Transaction transaction(*connection);
  connection->later("CREATE TABLE t (id integer)");
  auto writer = connection->bulk_writer("t", {"id"});
  connection->later("INSERT INTO t VALUES (1)");
  writer->add(std::vector<Value>{std::int64_t{2}});
  CHECK(writer->finish() == 1);
  transaction.commit();
  CHECK(rows(*connection, "SELECT id FROM t ORDER BY id") == "1\n2");
}

TEST_CASE("PostgreSQL: a lock that is not had in time is database.locked",
          "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto first = database.open();
  run(*first, "CREATE TABLE t (id integer)");
  first->begin();
  run(*first, "LOCK TABLE t");
  auto second = database.open();
  run(*second, "SET lock_timeout = '20ms'");
  DatabaseError error = failure(*second, "SELECT * FROM t");
  CHECK(error.code() == "database.locked");
  CHECK(error.exit_code() == ExitCode::kLocked);
}

TEST_CASE("PostgreSQL: COPY by execute() is refused and leaves no trace",
          "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto connection = database.open();
  run(*connection, "CREATE TABLE t (id integer)");
  run(*connection, "INSERT INTO t VALUES (1), (2)");
  for (const char* sql : {"COPY t FROM STDIN", "COPY t TO STDOUT"}) {
    CHECK(thrown([&] { connection->execute(sql); }) ==
          "database.error: COPY from or to the client is not possible here");
    CHECK(rows(*connection, "SELECT count(*) FROM t") == "2");
  }
}

TEST_CASE("PostgreSQL: a text with a NUL is refused before it is cut off",
          "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto connection = database.open();
  CHECK(thrown([&] {
          rows(*connection, "SELECT ?", {text(std::string_view("a\0b", 3))});
        }) ==
        "database.value: a text has a NUL character, which PostgreSQL cannot "
        "store");
}

TEST_CASE("PostgreSQL: a statement is prepared when it comes again",
          "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto connection = database.open();
  const char* count = "SELECT count(*) FROM pg_prepared_statements";
  for (const char* prepared : {"0", "1", "1"}) {
    CHECK(rows(*connection, "SELECT ?::int", {integer(1)}) == "1");
    CHECK(rows(*connection, count) == prepared);
  }
  run(*connection, "CREATE TABLE t (id integer)");
  CHECK(rows(*connection, count) == "0");
}

TEST_CASE("PostgreSQL: behind a pooler nothing is prepared", "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  const char* count = "SELECT count(*) FROM pg_prepared_statements";
  database.config.pooled = true;
  auto pooled = database.open();
  for (int time = 0; time < 3; ++time) {
    CHECK(rows(*pooled, "SELECT ?::int", {integer(1)}) == "1");
  }
  CHECK(rows(*pooled, count) == "0");
}

TEST_CASE("PostgreSQL: a server that is not there is named, the password not") {
  settings::DatabaseConfig config;
  config.alias = "replica";
  config.engine = Engine::kPostgresql;
  config.name = "shop";
  config.host = "127.0.0.1";
  config.port = 1;
  config.user = "reader";
  config.password = "hunter2";
  std::string error = thrown([&] { connect(config); });
  CHECK_THAT(error, Catch::StartsWith(
                        "database.connect: cannot connect to the database "
                        "\"replica\" (PostgreSQL, host 127.0.0.1, port 1, "
                        "database shop, user reader): "));
  CHECK_THAT(error, Catch::EndsWith(
                        " - is the server running there, and do the user and "
                        "the database exist? check databases.replica, and "
                        "libpq's PG* variables for what it leaves out"));
  CHECK_THAT(error, !Catch::Contains("hunter2"));

  config.name = "postgresql://reader:hunter2@127.0.0.1:1/shop";
  config.password = "";
  CHECK_THAT(thrown([&] { connect(config); }),
             Catch::StartsWith("database.connect: cannot connect") &&
                 !Catch::Contains("hunter2"));
  config.host = "";
  config.name = "postgresql://reader:hunter2@[::1/shop";
  CHECK(thrown([&] { connect(config); }) ==
        "database.connect: the connection string of the database \"replica\" "
        "is not valid - postgresql://user@host:port/name?option=value");
  config.name = "password=hunter2 hunter2";
  CHECK_THAT(thrown([&] { connect(config); }), !Catch::Contains("hunter2"));
}
