// Annotations, aggregates, windows, subqueries and sets, on both databases: the
// same rows on each.
#include <catch2/catch.hpp>

#include "core/text.hpp"
#include "databases.hpp"
#include "library_models.hpp"
#include "models_text.hpp"
#include "orm/query/from_data.hpp"
#include "tables.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

const Registry& registry() {
  static const Registry kRegistry(read_shop(kLibraryModels));
  return kRegistry;
}

Data data_of(const std::string& text) {
  return yaml::to_data(yaml::parse("steps.yaml", text).root);
}

QuerySet rows_of(const std::string& model, const std::string& steps) {
  return apply_steps(QuerySet(registry(), registry().get(model)),
                     *data_of(steps).list());
}

/// A database with a few rows.
class Library {
 public:
  explicit Library(Engine engine)
      : database_(engine), connection(database_.open()) {
    for (const char* model : {"author", "tag", "book"}) {
      create_table(*connection, registry().models(), {"shop", model});
    }
    for (const char* statement :
         {"INSERT INTO shop_author (id, name, editor_id) VALUES (1, 'Ann', "
          "NULL), (2, 'Ben', 1), (3, 'Cid', 2)",
          "INSERT INTO shop_tag VALUES (1, 'old'), (2, 'new'), (3, '50%')",
          "INSERT INTO shop_book (id, title, price, pages, day, made, sold, "
          "author_id) VALUES "
          "(1, 'Iron', '10.00', 100, '2020-01-31', '2020-01-31 23:30:00', "
          "true, 1), "
          "(2, 'Gold', '20.50', NULL, NULL, NULL, false, 1), "
          "(3, 'Zinc', '5.25', 300, '2021-06-01', '2021-06-01 10:00:00', "
          "false, 2), "
          "(4, 'Lead', '10.00', 50, '2019-12-31', NULL, true, NULL)",
          "INSERT INTO shop_book_tags (book_id, tag_id) VALUES (1, 1), (1, 2), "
          "(2, 1), (3, 3)"}) {
      run(*connection, statement);
    }
  }

  /// "a 1 | b 2"
  std::string rows(const std::string& model, const std::string& steps) const {
    return text_of(rows_of(model, steps).rows(*connection));
  }

  std::string aggregates(const QuerySet& rows, const std::string& map) const {
    std::vector<Named> list;
    const Data data = data_of(map);
    for (const auto& [name, value] : *data.map()) {
      list.emplace_back(name, argument_from_data(value, &registry()));
    }
    return text_of({rows.aggregate(list, *connection)});
  }

 private:
  static std::string text_of(const std::vector<Row>& rows) {
    std::vector<std::string> lines;
    for (const Row& row : rows) {
      std::vector<std::string> values;
      for (const Value& value : row) values.push_back(display(value));
      lines.push_back(text::join(values, " "));
    }
    return text::join(lines, " | ");
  }

  TestDatabase database_;

 public:
  std::unique_ptr<Connection> connection;
};

struct Example {
  const char* model;
  const char* steps;
  const char* rows;
};

void check_all(const std::vector<Example>& examples) {
  const Engine engine = GENERATE(from_range(engines()));
  const Library library(engine);
  for (const Example& one : examples) {
    CAPTURE(one.steps);
    CHECK(library.rows(one.model, one.steps) == one.rows);
  }
}

}  // namespace

TEST_CASE("an aggregate gives one row for each row, or each combination") {
  check_all({
      {"Author",
       "[{annotate: {n: {Count: books}}}, {order_by: [-n, name]}, "
       "{values: [name, n]}]",
       "Ann 2 | Ben 1 | Cid 0"},
      {"Author",
       "[{annotate: {n: {Count: books}}}, {filter: {n__gt: 1}}, "
       "{values: [name, n]}]",
       "Ann 2"},
      {"Author",
       "[{alias: {n: {Count: books}}}, {filter: {n: 0}}, {values: [name]}]",
       "Cid"},
      {"Book",
       "[{values: [sold]}, {annotate: {n: {Count: '*'}, s: {Sum: pages}}}, "
       "{order_by: [sold]}]",
       "false 2 300 | true 2 150"},
      {"Book",
       "[{exclude: {author: null}}, {values: [author__name]}, {annotate: {m: "
       "{Max: price}}}, {order_by: [author__name]}]",
       "Ann 20.50 | Ben 5.25"},
      {"Author",
       "[{annotate: {n: {Count: books, filter: {books__price__gt: 15}}, d: "
       "{Sum: books__pages, default: 7}}}, {order_by: [name]}, {values: [n, "
       "d]}]",
       "1 100 | 0 300 | 0 7"},
      {"Author",
       "[{filter: {books__sold: true}}, {annotate: {n: {Count: books}}}, "
       "{values: [name, n]}]",
       "Ann 1"},
      {"Tag",
       "[{annotate: {n: {Count: books__author, distinct: true}}}, {order_by: "
       "[word]}, {values: [word, n]}]",
       "50% 1 | new 1 | old 1"},
      {"Book",
       "[{annotate: {n: {Count: tags}}}, {filter: {or: [{n: 2}, "
       "{title: Lead}]}}, {order_by: [id]}, {values: [title, n]}]",
       "Iron 2 | Lead 0"},
  });
}

TEST_CASE("aggregates over all rows, and over rows that are grouped or cut") {
  const Engine engine = GENERATE(from_range(engines()));
  const Library library(engine);
  const QuerySet books = rows_of("Book", "[]");
  CHECK(library.aggregates(
            books, "{n: {Count: '*'}, a: {Avg: pages}, m: {Max: day}}") ==
        "4 150.0 2021-06-01");
  CHECK(library.aggregates(books, "{s: {Sum: {'*': [pages, 2]}}}") == "900");
  CHECK(library.aggregates(books.slice(0, 2), "{n: {Count: '*'}}") == "2");
  CHECK(library.aggregates(books.none(),
                           "{n: {Count: '*'}, s: {Sum: pages}}") == "0 NULL");
  const QuerySet counted =
      rows_of("Author", "[{annotate: {n: {Count: books}}}]");
  CHECK(library.aggregates(counted, "{m: {Max: n}, s: {Sum: n}}") == "2 3");
  CHECK(counted.count(*library.connection) == 3);
  CHECK(library.aggregates(
            rows_of("Book", "[{values: [sold]}, {distinct: true}]"),
            "{n: {Count: sold}}") == "2");
  CHECK(thrown([&] { library.aggregates(books, "{x: {Lower: title}}"); }) ==
        "query.expression: x is no aggregate - such as Count, Sum, Avg, Min, "
        "Max");
  CHECK(thrown([&] {
          rows_of(
              "Author",
              "[{annotate: {n: {Count: books}}}, {annotate: {m: {Max: n}}}]");
        })
            .starts_with(
                "query.expression: Max cannot be of what is an aggregate"));
}

TEST_CASE("expressions compute with columns, texts and conditions") {
  check_all({
      {"Book",
       "[{annotate: {up: {Upper: title}, c: {Concat: [title, {Value: '-'}, "
       "author__name]}}}, {order_by: [id]}, {values: [up, c]}, {limit: 2}]",
       "IRON Iron-Ann | GOLD Gold-Ann"},
      {"Book",
       "[{order_by: [id]}, {values: [{x: {'+': [pages, 1]}, k: {Case: [{when: "
       "{price__gt: 10}, then: {Value: dear}}], default: {Value: cheap}}}]}]",
       "101 cheap | NULL dear | 301 cheap | 51 cheap"},
      {"Book", "[{filter: {pages__gt: {'*': [price, 10]}}}, {values: [title]}]",
       "Zinc"},
      {"Book",
       "[{order_by: [{desc: pages, nulls_last: true}]}, {values: [id]}]",
       "3 | 1 | 4 | 2"},
      {"Book",
       "[{annotate: {n: {Coalesce: [pages, 0]}}}, {order_by: [n]}, {values: "
       "[n]}]",
       "0 | 50 | 100 | 300"},
      {"Book",
       "[{order_by: [{Length: title}, {desc: {Lower: title}}]}, {values: "
       "[title]}]",
       "Zinc | Lead | Iron | Gold"},
      {"Book",
       "[{filter: {title__regex: '^.[ro]'}}, {order_by: [id]}, {values: "
       "[title]}]",
       "Iron | Gold"},
      {"Book", "[{filter: {title__iregex: '^z'}}, {values: [title]}]", "Zinc"},
      {"Book",
       "[{filter: {title__contains: {Substr: [title, 2, 2]}}}, {order_by: "
       "[id]}, {values: [id]}]",
       "1 | 2 | 3 | 4"},
      {"Book",
       "[{order_by: [id]}, {values: [{s: {Sign: {'-': [pages, 100]}}, p: "
       "{LPad: [title, 6, {Value: '*'}]}, m: {MD5: title}}]}, {limit: 1}]",
       "0 **Iron cefa8a9606819ed409dc761ca6080887"},
  });
}

TEST_CASE("parts of dates, in the project's time zone") {
  check_all({
      {"Book", "[{filter: {day__year: 2020}}, {values: [title]}]", "Iron"},
      {"Book",
       "[{filter: {day__month__gte: 6}}, {order_by: [id]}, {values: [title, "
       "day__year, day__week_day, day__week, day__quarter]}]",
       "Zinc 2021 3 22 2 | Lead 2019 3 1 4"},
      {"Book", "[{dates: [day, month]}]",
       "2019-12-01 | 2020-01-01 | 2021-06-01"},
      {"Book", "[{dates: [day, year, DESC]}]",
       "2021-01-01 | 2020-01-01 | 2019-01-01"},
      {"Book", "[{datetimes: [made, day]}]",
       "2020-01-31 00:00:00 | 2021-06-01 00:00:00"},
      {"Book",
       "[{filter: {made__date: 2020-01-31, made__hour: 23}}, {values: [title, "
       "made__minute, made__time]}]",
       "Iron 30 23:30:00"},
      {"Book",
       "[{filter: {made__isnull: false}}, {order_by: [id]}, {values: [{h: "
       "{ExtractHour: made, tzinfo: Europe/Prague}, d: {TruncDate: made, "
       "tzinfo: Europe/Prague}}]}]",
       "0 2020-02-01 | 12 2021-06-01"},
  });
}

TEST_CASE("subqueries know the query around them") {
  check_all({
      {"Author",
       "[{filter: {Exists: [{filter: {author: {OuterRef: pk}, price__gt: "
       "15}}], model: Book}}, {values: [name]}]",
       "Ann"},
      {"Author",
       "[{exclude: {Exists: [{filter: {author: {OuterRef: pk}}}], model: "
       "Book}}, {values: [name]}]",
       "Cid"},
      {"Author",
       "[{annotate: {newest: {Subquery: [{filter: {author: {OuterRef: pk}}}, "
       "{order_by: [-price]}, {values: [title]}, {limit: 1}], model: Book}}}, "
       "{values: [name, newest]}]",
       "Ann Gold | Ben Zinc | Cid NULL"},
      {"Book",
       "[{filter: {id__in: {Subquery: [{filter: {word: old}}, {values: "
       "[books]}], model: Tag}}}, {order_by: [id]}, {values: [id]}]",
       "1 | 2"},
      {"Book",
       "[{filter: {author__in: {Subquery: [{filter: {name: Ben}}], model: "
       "Author}}}, {values: [title]}]",
       "Zinc"},
      {"Author",
       "[{filter: {Exists: [{filter: {author: {OuterRef: pk}}}, {filter: "
       "{Exists: [{filter: {books: {OuterRef: pk}, word: '50%'}}], model: "
       "Tag}}], model: Book}}, {values: [name]}]",
       "Ben"},
      {"Author",
       "[{filter: {Exists: [{filter: {Exists: [{filter: {books__author: "
       "{OuterRef: pk, depth: 2}, word: new}}], model: Tag}}], model: Book}}, "
       "{values: [name]}]",
       "Ann"},
  });
}

TEST_CASE("windows look at the rows around, and can be filtered by") {
  check_all({
      {"Book",
       "[{annotate: {r: {Window: {Rank: []}, order_by: [-price]}}}, {order_by: "
       "[r, id]}, {values: [title, r]}]",
       "Gold 1 | Iron 2 | Lead 2 | Zinc 4"},
      {"Book",
       "[{annotate: {r: {Window: {Rank: []}, order_by: [-price]}}}, {filter: "
       "{r__lte: 2, sold: true}}, {order_by: [r, id]}, {values: [title, r]}]",
       "Iron 1 | Lead 1"},
      {"Book",
       "[{annotate: {s: {Window: {Sum: pages}, order_by: [id], rows: [-1, "
       "0]}}}, {order_by: [id]}, {values: [s]}]",
       "100 | 100 | 300 | 350"},
      {"Book",
       "[{annotate: {l: {Window: {Lag: title}, partition_by: [sold], order_by: "
       "[id]}}}, {order_by: [id]}, {values: [title, l]}]",
       "Iron NULL | Gold NULL | Zinc Gold | Lead Iron"},
  });
}

TEST_CASE("sets of rows are joined, cut with each other and taken away") {
  check_all({
      {"Book",
       "[{filter: {price__gt: 10}}, {values: [title]}, {union: [[{filter: "
       "{sold: true}}, {values: [title]}]]}, {order_by: [title]}]",
       "Gold | Iron | Lead"},
      {"Book",
       "[{filter: {price__gte: 10}}, {values: [title]}, {intersection: "
       "[[{filter: {sold: true}}, {values: [title]}]]}, {order_by: [-title]}]",
       "Lead | Iron"},
      {"Book",
       "[{values: [title]}, {difference: [[{filter: {sold: true}}, {values: "
       "[title]}]]}, {order_by: [title]}, {limit: 1}]",
       "Gold"},
      {"Book",
       "[{order_by: [price]}, {values: [title]}, {limit: 1}, {union_all: "
       "[[{order_by: [-price]}, {values: [title]}, {limit: 1}]]}, {order_by: "
       "[title]}]",
       "Gold | Zinc"},
      {"Book",
       "[{none: true}, {values: [title]}, {union: [[{filter: {pages: 50}}, "
       "{values: [title]}]]}]",
       "Lead"},
  });
  const Library library(Engine::kSqlite);
  const QuerySet both = rows_of(
      "Book", "[{filter: {sold: true}}, {union: [[{filter: {pages: 300}}]]}]");
  CHECK(both.count(*library.connection) == 3);
  CHECK(both.exists(*library.connection));
  CHECK(thrown([&] { both.filter(Q("pages", Value(std::int64_t{1}))); }) ==
        "query.combined: filter() comes too late: rows are combined already - "
        "do it on the parts before");
}

TEST_CASE("what an expression needs is said where it is missing") {
  const auto refused = [](const std::string& steps) {
    return thrown([&] { rows_of("Book", steps).statement(sqlite_dialect()); });
  };
  CHECK(refused("[{annotate: {x: {Lowr: title}}}]") ==
        "query.expression: there is no expression Lowr - did you mean Lower?");
  CHECK(refused("[{annotate: {x: {Lower: [title, pages]}}}]") ==
        "query.expression: Lower takes 1 argument, not 2");
  CHECK(refused("[{annotate: {x: {Lower: titel}}}]") ==
        "query.field: titel: shop.Book has no field titel - did you mean "
        "title?");
  CHECK(refused("[{annotate: {title: {Lower: title}}}]") ==
        "query.expression: title is a field of shop.Book, and no name for an "
        "expression");
  CHECK(refused("[{annotate: {x: {ArrayAgg: title}}}]") ==
        "query.expression: SQLite has no function ArrayAgg");
  CHECK(refused("[{filter: {title: {OuterRef: pk}}}]") ==
        "query.expression: OuterRef(\"pk\") stands in no subquery");
  CHECK(refused("[{filter: {pages: {Count: tags}}}]") ==
        "query.condition: an aggregate has no place in a condition - give it a "
        "name with annotate(), and filter by that");
  // Data never becomes SQL.
  CHECK(refused("[{annotate: {x: {RawSQL: '1'}}}]")
            .starts_with("query.expression: there is no expression RawSQL"));
  CHECK(refused("[{annotate: {x: {JSONKey: title}}}]") ==
        "query.expression: JSONKey needs a list of keys");
  CHECK(refused("[{annotate: {x: {Window: []}}}]") ==
        "query.expression: Window takes one expression");
  CHECK(refused("[{distinct: [title]}]") ==
        "query.expression: SQLite has no DISTINCT by some of the columns - use "
        "distinct() without names");
}
