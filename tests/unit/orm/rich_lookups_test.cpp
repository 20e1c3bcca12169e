// Lookups and transforms of JSON values, and of PostgreSQL's arrays, ranges,
// hstore and full text. What Django 5.2 documents of them is expected.
#include <catch2/catch.hpp>

#include "core/text.hpp"
#include "databases.hpp"
#include "models_text.hpp"
#include "orm/query/query_set.hpp"
#include "tables.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

constexpr const char* kNotes = R"(
models:
  Note:
    fields:
      data: {type: JSONField, null: true}
)";

constexpr const char* kThings = R"(
models:
  Thing:
    fields:
      words: {type: ArrayField, base_field: {type: CharField, max_length: 20}}
      grid: {type: ArrayField, base_field: {type: ArrayField, base_field: {type: IntegerField}}}
      ages: {type: IntegerRangeField, null: true}
      days: {type: DateRangeField, null: true}
      store: {type: HStoreField}
      text: {type: TextField}
)";

ModelsContext context(Engine engine) {
  ModelsContext made;
  made.dialect = &dialect_of(engine);
  return made;
}

/// A table of one model, and the ids that a filter finds in it.
class Table {
 public:
  Table(Engine engine, const char* models, const std::string& model)
      : registry_(read_shop(models, context(engine))), database_(engine) {
    connection = database_.open();
    model_ = &registry_.get("shop." + model);
    if (model == "Thing") make_hstore();
    create_table(*connection, registry_.models(), {"shop", text::lower(model)});
  }

  QuerySet all() const { return {registry_, *model_}; }

  static Q q(const std::string& yaml_text) {
    return Q::from_data(yaml::to_data(yaml::parse("q.yaml", yaml_text).root));
  }

  std::string ids(const QuerySet& rows) const {
    std::vector<std::string> ids;
    for (const Row& row : rows.values({"id"}).rows(*connection)) {
      ids.push_back(display(row.front()));
    }
    return text::join(ids, " ");
  }
  std::string where(const std::string& yaml_text) const {
    return ids(all().filter(q(yaml_text)).order_by({"id"}));
  }
  std::string without(const std::string& yaml_text) const {
    return ids(all().exclude(q(yaml_text)).order_by({"id"}));
  }
  /// One column, a value each line.
  std::string column(const QuerySet& rows) const {
    std::vector<std::string> values;
    for (const Row& row : rows.rows(*connection)) {
      values.push_back(display(row.front()));
    }
    return text::join(values, " | ");
  }

 private:
  /// An extension belongs to the whole database, whose other schemas need it.
  void make_hstore() {
    connection->execute("CREATE EXTENSION IF NOT EXISTS hstore SCHEMA public");
    connection->execute("SET search_path TO " +
                        *database_.config.options.find("search_path")->text() +
                        ", public");
  }

  Registry registry_;
  TestDatabase database_;
  const Model* model_ = nullptr;

 public:
  std::unique_ptr<Connection> connection;
};

class Notes : public Table {
 public:
  explicit Notes(Engine engine) : Table(engine, kNotes, "Note") {
    connection->execute(
        "INSERT INTO shop_note (id, data) VALUES "
        "(1, '{\"n\": 1, \"name\": \"Ann\", \"tags\": [\"a\", \"b\"], \"in\": "
        "{\"x\": {\"y\": \"deep\"}}, \"none\": null, \"o''k\": 5, \"flag\": "
        "true}'), "
        "(2, '{\"n\": 20, \"name\": \"ben\", \"tags\": [\"b\", \"c\"], "
        "\"flag\": "
        "false}'), "
        "(3, '{\"n\": 3.5, \"name\": \"50%\", \"tags\": []}'), "
        "(4, 'null'), (5, NULL), "
        "(6, '[1, {\"k\": \"v\"}, \"t\"]'), (7, '\"text\"')");
  }
};

class Things : public Table {
 public:
  Things() : Table(Engine::kPostgresql, kThings, "Thing") {
    connection->execute(
        "INSERT INTO shop_thing (id, words, grid, ages, days, store, text) "
        "VALUES "
        "(1, '{red,blue}', '{{1,2},{3,4}}', '[10,20)', "
        "'[2020-01-01,2020-02-01)', 'a=>1,b=>2', 'the cats are running'), "
        "(2, '{red}', '{}', '[20,30)', '[2020-03-01,)', 'a=>x', 'a dog ran'), "
        "(3, '{}', '{}', 'empty', NULL, '', 'cat'), "
        "(4, '{green,red,\"a,b\"}', '{}', '(,5)', NULL, 'b=>NULL', 'birds')");
  }
};

}  // namespace

TEST_CASE("members of JSON values are compared as values") {
  const Engine engine = GENERATE(from_range(engines()));
  const Notes table(engine);
  CHECK(table.where("{data__n: 1}") == "1");
  CHECK(table.where("{data__n: 20}") == "2");
  CHECK(table.where("{data__n: 3.5}") == "3");
  CHECK(table.where("{data__name: Ann}") == "1");
  CHECK(table.where("{data__flag: true}") == "1");
  CHECK(table.where("{data__flag: false}") == "2");
  CHECK(table.where("{data__in__x__y: deep}") == "1");
  CHECK(table.where("{data__in__exact: {Value: {x: {y: deep}}}}") == "1");
  CHECK(table.where("{data__tags: [a, b]}") == "1");
  CHECK(table.where("{data__tags: []}") == "3");
  CHECK(table.where("{data__tags__0: b}") == "2");
  CHECK(table.where("{data__1__k: v}") == "6");
  CHECK(table.where("{\"data__o'k\": 5}") == "1");
  CHECK(table.where("{\"data__a\\\"b\": 5}").empty());
  CHECK(table.where("{data__n__in: [1, 3.5]}") == "1 3");
  CHECK(table.where("{data__name__in: [Ann, ben]}") == "1 2");
  CHECK(table.where("{data: text}") == "7");
}

TEST_CASE("null in JSON is a value, and no value is NULL") {
  const Engine engine = GENERATE(from_range(engines()));
  const Notes table(engine);
  CHECK(table.where("{data: null}") == "4");
  CHECK(table.without("{data: null}") == "1 2 3 6 7");
  CHECK(table.where("{data__isnull: true}") == "5");
  CHECK(table.where("{data__none: null}") == "1");
  CHECK(table.where("{data__none__isnull: true}") == "2 3 4 5 6 7");
  CHECK(table.where("{data__none__isnull: false}") == "1");
  CHECK(table.where("{data__n__isnull: false}") == "1 2 3");
}

TEST_CASE("members of JSON values are ordered and matched as what they are") {
  const Engine engine = GENERATE(from_range(engines()));
  const Notes table(engine);
  CHECK(table.where("{data__n__gt: 3}") == "2 3");
  CHECK(table.where("{data__n__lte: 3.5}") == "1 3");
  CHECK(table.where("{data__n__range: [2, 19]}") == "3");
  CHECK(table.where("{data__name__icontains: AN}") == "1");
  CHECK(table.where("{data__name__iexact: BEN}") == "2");
  CHECK(table.where("{data__name__startswith: \"50%\"}") == "3");
  CHECK(table.where("{data__name__endswith: \"_\"}").empty());
  CHECK(table.where("{data__name__regex: \"^[A-Z]\"}") == "1");
  CHECK(table.ids(table.all()
                      .filter(Table::q("{data__n__isnull: false}"))
                      .order_by({"-data__n"})) == "2 3 1");
  CHECK(table.column(table.all()
                         .filter(Table::q("{id__lt: 4}"))
                         .order_by({"id"})
                         .values({"data__name"})) ==
        "\"Ann\" | \"ben\" | \"50%\"");
}

TEST_CASE("JSON values have one order on both databases") {
  const Engine engine = GENERATE(from_range(engines()));
  const Notes table(engine);
  table.connection->execute("DELETE FROM shop_note");
  // In that order.
  const std::vector<std::string> values = {"[]",
                                           "null",
                                           "\"\"",
                                           "\"Z\"",
                                           "\"a\"",
                                           "\"a\\u0001\"",
                                           "\"é\"",
                                           "-2.5",
                                           "-1",
                                           "0",
                                           "1",
                                           "9007199254740992",
                                           "9007199254740993",
                                           "1e300",
                                           "false",
                                           "true",
                                           "[true]",
                                           "[null, 1]",
                                           "[\"a\", 1]",
                                           "[1, \"a\"]",
                                           "{}",
                                           "{\"aa\": 0}",
                                           "{\"b\": 1}",
                                           "{\"b\": 2}",
                                           "{\"b\": 0, \"aa\": 0}"};
  std::string expected;
  for (std::size_t id = 0; id < values.size(); ++id) {
    table.connection->execute(fmt::format(
        "INSERT INTO shop_note (id, data) VALUES ({}, '{}')", id, values[id]));
    expected += (id == 0 ? "" : " ") + std::to_string(id);
  }
  CHECK(table.ids(table.all().order_by({"data"})) == expected);
  CHECK(table.where("{data: {Value: {aa: 0, b: 0}}}") == "24");
  CHECK(table.where("{data: 1.0}") == "10");
  CHECK(table.where("{data__gt: 9007199254740992, data__lt: true}") ==
        "12 13 14");
}

TEST_CASE("keys of JSON values are asked for") {
  const Engine engine = GENERATE(from_range(engines()));
  const Notes table(engine);
  CHECK(table.where("{data__has_key: none}") == "1");
  CHECK(table.where("{data__has_key: n}") == "1 2 3");
  CHECK(table.where("{data__has_key: \"o'k\"}") == "1");
  CHECK(table.where("{data__has_keys: [n, none]}") == "1");
  CHECK(table.where("{data__has_any_keys: [flag, none]}") == "1 2");
  CHECK(table.where("{data__in__x__has_key: y}") == "1");
  CHECK(table.where("{data__has_keys: []}") == "1 2 3 4 6 7");
  CHECK(table.where("{data__has_any_keys: []}").empty());
  // As in Django: of rows with a value, those that have no n are not known to
  // have another one.
  CHECK(table.without("{data__n: 1}") == "2 3 5");
}

TEST_CASE("what JSON values contain is asked of PostgreSQL") {
  const Notes sqlite(Engine::kSqlite);
  CHECK_THROWS_WITH(sqlite.where("{data__contains: {Value: {n: 1}}}"),
                    Catch::Contains("SQLite"));
  if (!has_postgresql()) return;
  const Notes table(Engine::kPostgresql);
  CHECK(table.where("{data__contains: {Value: {n: 1}}}") == "1");
  CHECK(table.where("{data__contains: {Value: {tags: [b]}}}") == "1 2");
  CHECK(table.where("{data__contained_by: {Value: {n: 3.5, name: \"50%\", "
                    "tags: [], more: 1}}}") == "3");
  CHECK(table.where("{data__tags__contains: [c]}") == "2");
}

TEST_CASE("arrays are compared, searched and taken apart") {
  if (!has_postgresql()) return;
  const Things table;
  CHECK(table.where("{words: [red]}") == "2");
  CHECK(table.where("{words: []}") == "3");
  CHECK(table.where("{words__contains: [red]}") == "1 2 4");
  CHECK(table.where("{words__contains: [\"a,b\"]}") == "4");
  CHECK(table.where("{words__contained_by: [red, blue, pink]}") == "1 2 3");
  CHECK(table.where("{words__overlap: [blue, green]}") == "1 4");
  CHECK(table.where("{words__len: 0}") == "3");
  CHECK(table.where("{words__len__gte: 2}") == "1 4");
  CHECK(table.where("{words__0: red}") == "1 2");
  CHECK(table.where("{words__1__startswith: b}") == "1");
  CHECK(table.where("{words__0_2: [red, blue]}") == "1");
  CHECK(table.where("{grid__0: [1, 2]}") == "1");
  CHECK(table.where("{grid__1__0: 3}") == "1");
  CHECK(table.where("{words__in: [[red], []]}") == "2 3");
  CHECK_THROWS_WITH(table.where("{grid: [[x]]}"),
                    "grid: expected an integer, got \"x\"");
}

TEST_CASE("ranges are compared by where they begin and end") {
  if (!has_postgresql()) return;
  const Things table;
  CHECK(table.where("{ages: [10, 20]}") == "1");
  CHECK(table.where("{ages__contains: 10}") == "1");
  CHECK(table.where("{ages__contains: [12, 15]}") == "1");
  CHECK(table.where("{ages__contained_by: [0, 25]}") == "1 3");
  CHECK(table.where("{ages__overlap: [15, 25]}") == "1 2");
  CHECK(table.where("{ages__fully_lt: [15, 25]}") == "4");
  CHECK(table.where("{ages__fully_gt: [5, 15]}") == "2");
  CHECK(table.where("{ages__not_lt: [10, 15]}") == "1 2");
  CHECK(table.where("{ages__not_gt: [0, 20]}") == "1 4");
  CHECK(table.where("{ages__adjacent_to: [30, 40]}") == "2");
  CHECK(table.where("{ages__startswith: 10}") == "1");
  CHECK(table.where("{ages__startswith__gte: 10}") == "1 2");
  CHECK(table.where("{ages__endswith: 30}") == "2");
  CHECK(table.where("{ages__isempty: true}") == "3");
  CHECK(table.where("{ages__lower_inc: true}") == "1 2");
  CHECK(table.where("{ages__lower_inf: true}") == "4");
  CHECK(table.where("{ages__upper_inc: false}") == "1 2 3 4");
  CHECK(table.where("{days__upper_inf: true}") == "2");
  CHECK(table.where("{days__contains: 2020-01-15}") == "1");
  CHECK(table.where("{days__startswith__month: 3}") == "2");
  CHECK(table.where("{days__isnull: true}") == "3 4");
  CHECK(table.where("{days__contains: [2020-01-02, 2020-01-03]}") == "1");
}

TEST_CASE("hstore has keys and values") {
  if (!has_postgresql()) return;
  const Things table;
  CHECK(table.where("{store__a: \"1\"}") == "1");
  CHECK(table.where("{store__a__contains: x}") == "2");
  CHECK(table.where("{store__has_key: b}") == "1 4");
  CHECK(table.where("{store__has_keys: [a, b]}") == "1");
  CHECK(table.where("{store__has_any_keys: [a, b]}") == "1 2 4");
  CHECK(table.where("{store__contains: {Value: {a: \"1\"}}}") == "1");
  CHECK(table.where("{store__contained_by: {Value: {a: x, c: d}}}") == "2 3");
  CHECK(table.where("{store__keys__contains: [b]}") == "1 4");
  CHECK(table.where("{store__values__contains: [x]}") == "2");
  CHECK(table.where("{store__b__isnull: true}") == "2 3 4");
}

TEST_CASE("text is searched by words") {
  if (!has_postgresql()) return;
  const Things table;
  CHECK(table.where("{text__search: cat}") == "1 3");
  CHECK(table.where("{text__search: running}") == "1");
}
