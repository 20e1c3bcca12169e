#include "orm/statement_builder.hpp"

#include <catch2/catch.hpp>

#include "databases.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

Value integer(std::int64_t number) { return number; }
Value text(std::string_view text) { return std::string(text); }

/// Each statement on a line, its values behind it.
std::string shown(const std::vector<BoundStatement>& statements) {
  std::string out;
  for (const BoundStatement& statement : statements) {
    if (!out.empty()) out += "\n";
    out += statement.sql + " --";
    for (const Value& value : statement.parameters) out += " " + display(value);
  }
  return out;
}

std::int64_t run_all(Connection& connection,
                     const std::vector<BoundStatement>& statements) {
  std::int64_t changed = 0;
  for (const BoundStatement& statement : statements) {
    changed += connection.execute(statement.sql, statement.parameters);
  }
  return changed;
}

std::vector<Row> numbered(std::int64_t count) {
  std::vector<Row> rows;
  for (std::int64_t id = 0; id < count; ++id) {
    rows.push_back({integer(id), text("name " + std::to_string(id))});
  }
  return rows;
}

const std::vector<Row> kTwo{{integer(1), text("a")}, {integer(2), text("b")}};
const std::vector<Row> kPairs{{integer(1), integer(2)},
                              {integer(3), integer(4)}};

}  // namespace

TEST_CASE("statements as SQLite takes them") {
  StatementBuilder builder(sqlite_dialect(), "shop \"book\" x");
  CHECK(shown(builder.insert({"id", "na\"me"}, kTwo)) ==
        "INSERT INTO \"shop \"\"book\"\" x\" (\"id\", \"na\"\"me\") VALUES (?, "
        "?), (?, ?) -- 1 a 2 b");
  CHECK(shown(builder.insert({"id"}, {})) == "");
}

TEST_CASE("columns that the database computes come last") {
  StatementBuilder builder(sqlite_dialect(), "book");
  CHECK(shown(builder.insert({"id", "name"}, kTwo, {}, {"id"},
                             {{"made", "CURRENT_TIMESTAMP"}})) ==
        "INSERT INTO \"book\" (\"id\", \"name\", \"made\") VALUES (?, ?, "
        "CURRENT_TIMESTAMP), (?, ?, CURRENT_TIMESTAMP) RETURNING \"id\" -- 1 "
        "a 2 b");
}

TEST_CASE("statements as PostgreSQL takes them") {
  StatementBuilder builder(postgresql_dialect(), "book");
  CHECK(shown(builder.insert({"id", "name"}, kTwo)) ==
        "INSERT INTO \"book\" (\"id\", \"name\") VALUES ($1, $2), ($3, $4) -- "
        "1 a 2 b");
  CHECK(shown(builder.insert({"id", "name"}, kTwo, {}, {"id"})) ==
        "INSERT INTO \"book\" (\"id\", \"name\") VALUES ($1, $2), ($3, $4) "
        "RETURNING \"id\" -- 1 a 2 b");
  CHECK(
      shown(builder.update(
          {"name"}, {"a", "b"},
          std::vector<Row>{{text("x"), integer(1), integer(2)}})) ==
      "UPDATE \"book\" SET \"name\" = $1 WHERE \"a\" = $2 AND \"b\" = $3 -- x "
      "1 2");
  CHECK(shown(builder.select({"id", "name"}, {"id"},
                             std::vector<Row>{{integer(1)}, {integer(2)}})) ==
        "SELECT \"id\", \"name\" FROM \"book\" WHERE \"id\" IN ($1, $2) -- 1 "
        "2");
  CHECK(shown(builder.select({"id"}, {"a", "b"}, kPairs)) ==
        "SELECT \"id\" FROM \"book\" WHERE (\"a\" = $1 AND \"b\" = $2) OR "
        "(\"a\" = $3 AND \"b\" = $4) -- 1 2 3 4");
  CHECK(shown(builder.remove({"id"}, std::vector<Row>{{integer(1)}})) ==
        "DELETE FROM \"book\" WHERE \"id\" IN ($1) -- 1");
}

TEST_CASE("what to do about a key that exists") {
  StatementBuilder builder(sqlite_dialect(), "t");
  using Action = OnConflict::Action;
  auto tail = [&](OnConflict on_conflict) {
    std::string sql =
        builder.insert({"a"}, {{Row{integer(1)}}}, on_conflict).front().sql;
    return sql.substr(
        std::string("INSERT INTO \"t\" (\"a\") VALUES (?)").size());
  };
  CHECK(tail({}) == "");
  CHECK(tail({Action::kNothing, {}, {}}) == " ON CONFLICT DO NOTHING");
  CHECK(tail({Action::kNothing, {"a"}, {}}) ==
        " ON CONFLICT (\"a\") DO NOTHING");
  CHECK(tail({Action::kUpdate, {"a", "b"}, {"c", "d"}}) ==
        " ON CONFLICT (\"a\", \"b\") DO UPDATE SET \"c\" = excluded.\"c\", "
        "\"d\" = excluded.\"d\"");
  CHECK(tail({Action::kUpdate, {"a"}, {}}) ==
        " ON CONFLICT (\"a\") DO NOTHING");
}

TEST_CASE("no statement has more parameters than the database takes") {
  const Dialect* dialect = GENERATE(&sqlite_dialect(), &postgresql_dialect());
  StatementBuilder builder(*dialect, "t");
  std::vector<std::string> columns(300, "c");
  std::vector<Row> wide(1000, Row(300, integer(1)));
  std::size_t rows = 0;
  for (const BoundStatement& statement : builder.insert(columns, wide)) {
    std::size_t limit = static_cast<std::size_t>(dialect->max_parameters());
    CHECK(statement.parameters.size() <= limit);
    rows += statement.parameters.size() / 300;
  }
  CHECK(rows == 1000);
  CHECK(builder.select({"id"}, {"id"}, std::vector<Row>(12000, Row{integer(1)}))
            .size() == 3);
}

TEST_CASE("rows are written, read, updated and deleted by their keys") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  run(*connection,
      "CREATE TABLE t (id integer PRIMARY KEY, name varchar(20) "
      "NOT NULL UNIQUE)");
  StatementBuilder builder(connection->dialect(), "t");
  const std::vector<Row> all = numbered(1203);
  CHECK(run_all(*connection, builder.insert({"id", "name"}, all)) == 1203);

  std::vector<Row> ids{
      {integer(7)}, {integer(1202)}, {integer(9999)}, {Null{}}};
  Result found = connection->query(
      builder.select({"id", "name"}, {"id"}, ids)[0].sql + " ORDER BY 1",
      builder.select({"id", "name"}, {"id"}, ids)[0].parameters);
  CHECK(found.rows == std::vector<Row>{all[7], all[1202]});

  std::vector<Row> both{{integer(7), text("name 7")},
                        {integer(8), text("name 9")}};
  auto pair = builder.select({"id"}, {"id", "name"}, both);
  CHECK(connection->query(pair[0].sql, pair[0].parameters).rows ==
        std::vector<Row>{{integer(7)}});

  CHECK(run_all(*connection,
                builder.update({"name"}, {"id"},
                               std::vector<Row>{{text("x"), integer(1)},
                                                {text("y"), integer(2)},
                                                {text("z"), integer(-1)}})) ==
        2);
  CHECK(rows(*connection, "SELECT name FROM t WHERE id < 4 ORDER BY id") ==
        "name 0\nx\ny\nname 3");
  CHECK(run_all(*connection, builder.remove({"id"}, ids)) == 2);
  CHECK(rows(*connection, "SELECT count(*) FROM t") == "1201");
}

TEST_CASE("rows whose key exists are skipped or updated") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  run(*connection,
      "CREATE TABLE t (id integer PRIMARY KEY, name varchar(20) UNIQUE)");
  StatementBuilder builder(connection->dialect(), "t");
  using Action = OnConflict::Action;
  run_all(*connection, builder.insert({"id", "name"}, kTwo));
  std::vector<Row> more{{integer(2), text("new")}, {integer(3), text("c")}};
  CHECK(run_all(*connection, builder.insert({"id", "name"}, more,
                                            {Action::kNothing, {}, {}})) == 1);
  CHECK(rows(*connection, "SELECT * FROM t ORDER BY id") == "1|a\n2|b\n3|c");
  auto upsert = builder.insert({"id", "name"}, more,
                               {Action::kUpdate, {"id"}, {"name"}}, {"name"});
  CHECK(connection->query(upsert[0].sql, upsert[0].parameters).rows ==
        std::vector<Row>{{text("new")}, {text("c")}});
  CHECK(rows(*connection, "SELECT * FROM t ORDER BY id") == "1|a\n2|new\n3|c");
}

TEST_CASE("rows of defaults") {
  TestDatabase database(GENERATE(from_range(engines())));
  auto connection = database.open();
  run(*connection, "CREATE TABLE t (a integer DEFAULT 7)");
  StatementBuilder builder(connection->dialect(), "t");
  CHECK(run_all(*connection, builder.insert({}, std::vector<Row>(3))) == 3);
  CHECK(rows(*connection, "SELECT count(*), sum(a) FROM t") == "3|21");
}
