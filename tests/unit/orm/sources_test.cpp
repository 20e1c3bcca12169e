// Rows that are made of the rows of another query: subqueries in FROM and
// common table expressions.
#include <catch2/catch.hpp>

#include "library.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

/// Authors edited by Ann, by those and so on; with how far away they are.
constexpr const char* kTree = R"(
- filter: {id: 1}
- values: [id, name, {depth: {Value: 0}}]
- recursive:
    name: tree
    step:
      - filter: {edited__isnull: false}
      - values: [{id: {F: edited__id}}, {name: {F: edited__name}},
                 {depth: {"+": [depth, {Value: 1}]}}]
)";

}  // namespace

TEST_CASE("rows of a query are asked like those of a table") {
  const Library library(GENERATE(from_range(engines())));
  const QuerySet totals = steps("Book", R"(
- values: [author]
- annotate: {n: {Count: "*"}, total: {Sum: price}}
- source: totals
)");
  CHECK(library.values(
            totals.order_by({"author"}).filter(q("{author__isnull: false}"))) ==
        "1 2 30.50, 2 1 5.25");
  CHECK(library.values(totals.filter(q("{total__gt: 9}"))
                           .order_by({"total"})
                           .values({"total", "n"})) == "10.00 1, 30.50 2");
  CHECK(totals.count(*library.connection) == 3);
  CHECK(display(totals
                    .aggregate(
                        {{"most", make_expr(AggregateExpr{"Max", {f("n")}})}},
                        *library.connection)
                    .front()) == "2");
}

TEST_CASE("rows of rows are no records") {
  const Library library(Engine::kSqlite);
  const Databases databases(*library.connection);
  const QuerySet sold = all("Book").values({"id"}).as_source("sold");
  CHECK(thrown([&] { sold.records(databases); }) ==
        "query.expression: the rows of sold are no records - ask for values(), "
        "or for the records that have these keys");
  CHECK_THROWS_AS(sold.first(databases), Error);
}

TEST_CASE("foreign keys of such rows lead where they led") {
  const Library library(GENERATE(from_range(engines())));
  const QuerySet totals = steps("Book", R"(
- values: [author]
- annotate: {n: {Count: "*"}}
- source: totals
)");
  CHECK(library.values(totals.filter(q("{author__name: Ann}"))
                           .values({"author__name", "n"})) == "Ann 2");
  CHECK(sqlite(totals.filter(q("{author__name: Ann}")).values({"n"})) ==
        "SELECT totals.n AS n FROM (SELECT book.author_id AS author, COUNT(*) "
        "AS n FROM book GROUP BY book.author_id) AS totals INNER JOIN author "
        "ON (totals.author = author.id) WHERE author.name = ?1");
}

TEST_CASE("with the key they are rows of their model too") {
  const Library library(GENERATE(from_range(engines())));
  const QuerySet dear = steps("Book", R"(
- filter: {price__gte: 10}
- order_by: [-price]
- values: [id, price]
- slice: [0, 2]
- source: dear
)");
  CHECK(library.values(dear.order_by({"title"}).values({"title", "price"})) ==
        "Gold 20.50, Iron 10.00");
  CHECK(library.values(dear.filter(q("{tags__word: new}")).values({"id"})) ==
        "1");
  // None of its rows, and not each of them with none.
  CHECK(library.values(dear.exclude(q("{tags__word: new}")).values({"id"})) ==
        "2");
}

TEST_CASE("a common table stands before the query") {
  const Library library(GENERATE(from_range(engines())));
  const QuerySet sold = steps("Book",
                              "[{filter: {sold: true}}, {values: [id, pages]}, "
                              "{cte: sold}]");
  CHECK(sqlite(sold.filter(q("{pages__gt: 60}"))) ==
        "WITH sold (id, pages) AS (SELECT book.id AS id, book.pages AS pages "
        "FROM book WHERE book.sold) SELECT sold.id AS id, sold.pages AS pages "
        "FROM sold WHERE sold.pages > ?1");
  CHECK(library.values(sold.filter(q("{pages__gt: 60}"))) == "1 100");
  CHECK(library.ids(all("Book")
                        .filter(Q("id__in", sold.values({"id"}).subquery()))
                        .order_by({"id"})) == "1 4");
  const QuerySet once = all("Book").values({"id"}).as_cte("books", true);
  CHECK(sqlite(once) ==
        "WITH books (id) AS MATERIALIZED (SELECT book.id AS id FROM book) "
        "SELECT books.id AS id FROM books");
  CHECK(once.count(*library.connection) == 4);
}

TEST_CASE("a recursive query walks a tree") {
  const Library library(GENERATE(from_range(engines())));
  const QuerySet tree = steps("Author", kTree);
  CHECK(library.values(tree.order_by({"depth"})) ==
        "1 Ann 0, 2 Ben 1, 3 Cid 2");
  CHECK(sqlite(tree.filter(q("{depth__gt: 0}")).values({"name"})) ==
        "WITH RECURSIVE tree (id, name, depth) AS (SELECT author.id AS id, "
        "author.name AS name, ?1 AS depth FROM author WHERE author.id = ?2 "
        "UNION SELECT T3.id AS id, T3.name AS name, (tree.depth + ?3) AS depth "
        "FROM tree INNER JOIN author ON (tree.id = author.id) INNER JOIN "
        "author T3 ON (author.id = T3.editor_id) WHERE T3.id IS NOT NULL) "
        "SELECT tree.name AS name FROM tree WHERE tree.depth > ?4");
  CHECK(library.ids(all("Book")
                        .filter(Q("author__in", tree.values({"id"}).subquery()))
                        .order_by({"id"})) == "1 2 3");
}

TEST_CASE("a recursive query ends in a circle") {
  const Library library(GENERATE(from_range(engines())));
  run(*library.connection, "UPDATE shop_author SET editor_id = 3 WHERE id = 1");
  const QuerySet reached = steps("Author", R"(
- filter: {id: 2}
- values: [id]
- recursive:
    name: reached
    step: [{filter: {editor__isnull: false}}, {values: [{id: {F: editor__id}}]}]
)");
  CHECK(library.values(reached.order_by({"id"})) == "1, 2, 3");
}

TEST_CASE("values of each turn may be of any kind") {
  const Library library(GENERATE(from_range(engines())));
  const QuerySet paths = steps("Author", R"(
- filter: {editor__isnull: true}
- values: [id, {path: {Cast: name, output_field: {type: TextField}}}]
- recursive:
    name: paths
    duplicates: true
    step:
      - filter: {edited__isnull: false}
      - values:
          - id: {F: edited__id}
          - path: {Concat: [path, {Value: /}, edited__name]}
)");
  CHECK(library.values(paths.order_by({"path"}).values({"path"})) ==
        "Ann, Ann/Ben, Ann/Ben/Cid");
}

TEST_CASE("rows of rows, of sets and in subqueries") {
  const Library library(GENERATE(from_range(engines())));
  const QuerySet twice = steps("Book", R"(
- values: [id, price]
- source: inner_rows
- filter: {price__lt: 20}
- values: [id]
- source: outer_rows
)");
  CHECK(library.values(twice.order_by({"id"}).values({"id", "title"})) ==
        "1 Iron, 3 Zinc_x, 4 Lead");
  const QuerySet both = steps("Book", R"(
- filter: {sold: true}
- values: [id, pages]
- union: [[{filter: {pages: 300}}, {values: [id, pages]}]]
- source: both
)");
  CHECK(library.values(both.filter(q("{pages__gte: 100}")).order_by({"id"})) ==
        "1 100, 3 300");
  const QuerySet outer = steps("Author", R"(
- annotate:
    best:
      Subquery: [{filter: {author: {OuterRef: pk}}}, {values: [price]},
                 {source: prices}, {order_by: [-price]}, {limit: 1}]
      model: Book
- order_by: [id]
- values: [name, best]
)");
  CHECK(library.values(outer) == "Ann 20.50, Ben 5.25, Cid NULL");
}

TEST_CASE("what is no source of rows says why") {
  const QuerySet books = all("Book").values({"id", "author__name"});
  CHECK(thrown([&] { books.as_source(); }) ==
        "query.expression: author__name cannot be the name of a column - give "
        "it another one in values(): {other: {F: author__name}}");
  const QuerySet ids = all("Book").values({"id"});
  CHECK(thrown([&] { ids.as_cte("shop_tag"); }) ==
        "query.expression: \"shop_tag\" is no name for rows: a table has it");
  CHECK(thrown([&] {
          ids.as_cte("a b");
        }).starts_with("query.expression: \"a b\" is no name for rows"));
  const auto uneven = [](const QuerySet& known) {
    return known.values({Named("other", f("id"))});
  };
  CHECK(thrown([&] { ids.recursive("tree", uneven); }) ==
        "query.combined: a further row of tree has no id - name the same "
        "values in both parts");
  const QuerySet both = all("Book").values({"id", "title"});
  const auto crossed = [](const QuerySet& known) {
    const QuerySet one = known.values({"title", "id"});
    return one.union_with({one});
  };
  const std::string told = thrown([&] { both.recursive("tree", crossed); });
  CHECK(told.starts_with("query.combined: combined rows must have the values"));
  CHECK(thrown([&] {
          ids.as_source("mine").filter(q("{titel: x}"));
        }).find("has no field titel - did you mean title?") !=
        std::string::npos);
}
