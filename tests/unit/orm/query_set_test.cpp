#include "orm/query/query_set.hpp"

#include <catch2/catch.hpp>

#include "core/text.hpp"
#include "library.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

/// The SELECT of the ids, as SQLite gets it, without what is always the same.
std::string sql(const QuerySet& books) {
  const auto statement =
      books.order_by({}).values({"id"}).statement(sqlite_dialect());
  if (!statement) return "nothing";
  std::string text = statement->sql;
  text = text::replace_all(text, "shop_", "");
  text = text::replace_all(text, "\"", "");
  const std::string head = "SELECT book.id AS id FROM book";
  if (text.starts_with(head)) text = text.substr(head.size());
  std::vector<std::string> values;
  for (const Value& value : statement->parameters) {
    values.push_back(display(value));
  }
  if (!values.empty()) text += " | " + text::join(values, ", ");
  return std::string(text::trim(text));
}

std::string filtered(const std::string& yaml_text) {
  return sql(all("Book").filter(q(yaml_text)));
}

std::string excluded(const std::string& yaml_text) {
  return sql(all("Book").exclude(q(yaml_text)));
}

/// What PostgreSQL gets.
std::string locked(const LockOptions& options) {
  const QuerySet rows = all("Book").select_for_update(options).values({"id"});
  return rows.order_by({}).statement(postgresql_dialect())->sql;
}

}  // namespace

TEST_CASE("rows are locked where the database can") {
  const std::string head =
      "SELECT \"shop_book\".\"id\" AS \"id\" FROM \"shop_book\"";
  CHECK(locked({}) == head + " FOR UPDATE");
  CHECK(locked({.nowait = true}) == head + " FOR UPDATE NOWAIT");
  CHECK(locked({.skip_locked = true, .no_key = true}) ==
        head + " FOR NO KEY UPDATE SKIP LOCKED");
  CHECK(locked({.of = {"self", "author"}}) ==
        head +
            " LEFT OUTER JOIN \"shop_author\" ON (\"shop_book\".\"author_id\" "
            "= \"shop_author\".\"id\") FOR UPDATE OF \"shop_book\", "
            "\"shop_author\"");
  CHECK(sql(all("Book").select_for_update()).empty());
  CHECK_THROWS_WITH(locked({.nowait = true, .skip_locked = true}),
                    "nowait and skip_locked exclude each other");
  CHECK_THROWS_WITH(locked({.of = {"title"}}),
                    "title: only a relation can be locked");
}

TEST_CASE("locked rows are left out or refused in another transaction") {
  if (!has_postgresql()) return;
  const Library library(Engine::kPostgresql);
  const QuerySet rows = all("Book").order_by({"id"}).select_for_update();
  CHECK_THROWS_WITH(library.ids(rows), Catch::Contains("there is none"));
  const Transaction mine(*library.connection);
  CHECK(library.ids(rows.slice(0, 2)) == "1 2");
  const auto other = library.open();
  const Transaction theirs(*other);
  const auto read = [&](const LockOptions& options) {
    return all("Book").select_for_update(options).rows(*other).size();
  };
  CHECK(read({.skip_locked = true}) == 2);
  CHECK_THROWS_MATCHES(read({.nowait = true}), Error,
                       Catch::Predicate<Error>([](const Error& error) {
                         return error.code() == "database.locked";
                       }));
}

TEST_CASE("lookups compare columns with parameters") {
  CHECK(filtered("{title: Iron}") == "WHERE book.title = ?1 | Iron");
  CHECK(filtered("{price__gte: 10, pages__lt: 200}") ==
        "WHERE book.pages < ?1 AND book.price >= ?2 | 200, 10");
  CHECK(filtered("{pages__in: [1, 2, 2, null]}") ==
        "WHERE book.pages IN (?1, ?2) | 1, 2");
  CHECK(excluded("{pages__in: [{F: id}, 2, null]}") ==
        "WHERE NOT (book.pages IN (book.id, ?1) AND book.pages IS NOT NULL) | "
        "2");
  CHECK(filtered("{pages__in: []}") == "nothing");
  CHECK(filtered("{day__range: [2020-01-01, 2020-12-31]}") ==
        "WHERE book.day BETWEEN ?1 AND ?2 | 2020-01-01, 2020-12-31");
  CHECK(filtered("{day: null}") == "WHERE book.day IS NULL");
  CHECK(filtered("{day__isnull: false}") == "WHERE book.day IS NOT NULL");
  CHECK(filtered("{sold: true}") == "WHERE book.sold");
  CHECK(filtered("{sold: false}") == "WHERE NOT book.sold");
  CHECK(filtered("{title__contains: 5%_\\}") ==
        R"(WHERE book.title LIKE ?1 ESCAPE '\' | %5\%\_\\%)");
  CHECK(filtered("{pages__gt: {F: price}}") == "WHERE book.pages > book.price");
}

TEST_CASE("conditions are joined as they are written") {
  CHECK(filtered("{or: [{title: a}, {not: {pages: 1}}], sold: true}") ==
        "WHERE (book.title = ?1 OR NOT (book.pages = ?2 AND book.pages IS NOT "
        "NULL)) AND book.sold | a, 1");
  CHECK(filtered("{xor: [{title: a}, {sold: true}]}") ==
        "WHERE (book.title = ?1 OR book.sold) AND 1 = (CASE WHEN book.title = "
        "?1 THEN 1 ELSE 0 END + CASE WHEN book.sold THEN 1 ELSE 0 END) | a");
  CHECK(filtered("{or: [{pages__in: []}, {title: a}]}") ==
        "WHERE book.title = ?1 | a");
  CHECK(filtered("{or: [{not: {pages__in: []}}, {title: a}]}") == "");
  CHECK(excluded("{pages__in: []}") == "");
  CHECK(excluded("{title: a}") == "WHERE NOT (book.title = ?1) | a");
  CHECK(excluded("{pages: 1}") ==
        "WHERE NOT (book.pages = ?1 AND book.pages IS NOT NULL) | 1");
  CHECK((Q() & q("{sold: true}")).parts().size() == 1);
}

TEST_CASE("a relation is joined when it is needed") {
  CHECK(filtered("{author: 1}") == "WHERE book.author_id = ?1 | 1");
  CHECK(filtered("{author__id: 1}") == "WHERE book.author_id = ?1 | 1");
  CHECK(filtered("{author_id: 1}") == "WHERE book.author_id = ?1 | 1");
  CHECK(filtered("{author__isnull: true}") == "WHERE book.author_id IS NULL");
  CHECK(filtered("{author__name: Ann}") ==
        "INNER JOIN author ON (book.author_id = author.id) WHERE author.name = "
        "?1 | Ann");
  CHECK(filtered("{author__editor__name: Ann}") ==
        "INNER JOIN author ON (book.author_id = author.id) INNER JOIN author "
        "T3 ON (author.editor_id = T3.id) WHERE T3.name = ?1 | Ann");
  CHECK(filtered("{tags: 2}") ==
        "INNER JOIN book_tags ON (book.id = book_tags.book_id) WHERE "
        "book_tags.tag_id = ?1 | 2");
}

TEST_CASE("an alternative keeps the rows without the relation") {
  CHECK(filtered("{or: [{author__name: Ann}, {title: a}]}") ==
        "LEFT OUTER JOIN author ON (book.author_id = author.id) WHERE "
        "author.name = ?1 OR book.title = ?2 | Ann, a");
  CHECK(filtered("{or: [{author__name: Ann}, {author__name: Ben}]}") ==
        "INNER JOIN author ON (book.author_id = author.id) WHERE author.name = "
        "?1 OR author.name = ?2 | Ann, Ben");
  CHECK(filtered("{author__name__isnull: true}") ==
        "LEFT OUTER JOIN author ON (book.author_id = author.id) WHERE "
        "author.name IS NULL");
  CHECK(excluded("{author__name: Ann}") ==
        "LEFT OUTER JOIN author ON (book.author_id = author.id) WHERE NOT "
        "(author.name = ?1 AND author.name IS NOT NULL) | Ann");
}

TEST_CASE("one filter is about one related row, two are about any") {
  const std::string join =
      "INNER JOIN book_tags ON (book.id = book_tags.book_id) INNER JOIN tag ON "
      "(book_tags.tag_id = tag.id) ";
  CHECK(filtered("{tags__word: old, tags__id__gt: 1}") ==
        join + "WHERE book_tags.tag_id > ?1 AND tag.word = ?2 | 1, old");
  CHECK(sql(all("Book")
                .filter(q("{tags__word: old}"))
                .filter(q("{tags__word: new}"))) ==
        join +
            "INNER JOIN book_tags T4 ON (book.id = T4.book_id) INNER JOIN tag "
            "T5 ON (T4.tag_id = T5.id) WHERE tag.word = ?1 AND T5.word = ?2 | "
            "old, new");
}

TEST_CASE("to exclude by many rows is to have none of them") {
  CHECK(excluded("{tags__word: old}") ==
        "WHERE NOT (EXISTS(SELECT 1 FROM book_tags U1 INNER JOIN tag U2 ON "
        "(U1.tag_id = U2.id) WHERE U2.word = ?1 AND U1.book_id = book.id)) | "
        "old");
  CHECK(excluded("{author__books__title: Gold}") ==
        "WHERE NOT (EXISTS(SELECT 1 FROM book U2 WHERE U2.title = ?1 AND "
        "U2.author_id = book.author_id)) | Gold");
}

TEST_CASE("what does not exist is named, with what may be meant") {
  const auto refused = [](const std::string& yaml_text) {
    return thrown([&] { all("Book").filter(q(yaml_text)); });
  };
  CHECK(refused("{titel: a}") ==
        "query.field: titel: shop.Book has no field titel - did you mean "
        "title?");
  CHECK(refused("{author__nam: a}") ==
        "query.field: author__nam: shop.Author has no field nam - did you mean "
        "name?");
  CHECK(refused("{title__contain: a}") ==
        "query.lookup: title__contain: there is no lookup contain - did you "
        "mean contains or icontains?");
  CHECK(refused("{author__contains: a}")
            .starts_with("query.field: author__contains: shop.Author has no "
                         "field contains"));
  CHECK(refused("{pages: many}") ==
        "query.value: pages needs a value of the type IntegerField, not many");
  CHECK(refused("{pages__gt: null}") ==
        "query.value: pages__gt needs a value, not null - ask with isnull");
  CHECK(refused("{pages__range: [{F: id}, null]}") ==
        "query.value: pages__range needs two values, not null");
  CHECK(refused("{pages__in: 3}") ==
        "query.value: pages__in needs a list, not one value");
  CHECK(refused("{\"title\\\" OR 1=1 --\": a}")
            .starts_with("query.field: title\" OR 1=1 --: shop.Book has no "
                         "field"));
  CHECK(thrown([] {
          all("Book").slice(0, 2).filter(q("{title: a}"));
        }).starts_with("query.sliced: filter() comes too late"));
}

TEST_CASE("rows are the ones that Django would give") {
  const Engine engine = GENERATE(from_range(engines()));
  const Library library(engine);
  CHECK(library.books("{price: 10}") == "1 4");
  CHECK(library.books("{price__gt: 10}") == "2");
  CHECK(library.books("{title__icontains: IN}") == "3");
  CHECK(library.books("{title__contains: _}") == "3");
  CHECK(library.books("{day__lte: 2020-01-31}") == "1 4");
  CHECK(library.books("{tags__word__endswith: '%'}") == "3");
  CHECK(library.books("{sold: false}") == "2 3");
  CHECK(library.books_without("{pages: 100}") == "2 3 4");
  CHECK(library.books_without("{author__name: Ann}") == "3 4");
  CHECK(library.books_without("{tags__word: old}") == "3 4");
  CHECK(library.books_without("{author__books__title: Gold}") == "3 4");
  CHECK(library.books("{or: [{author__name: Ben}, {pages: 50}]}") == "3 4");
  CHECK(library.books("{tags__word__in: [old, new]}") == "1 1 2");
  CHECK(library.ids(all("Book")
                        .filter(q("{tags__word__in: [old, new]}"))
                        .order_by({"id"})
                        .distinct()) == "1 2");
  CHECK(library.books("{xor: [{sold: true}, {price: 10}, {pages: 50}]}") ==
        "4");
}

TEST_CASE("rows come in order, in slices, and typed") {
  const Engine engine = GENERATE(from_range(engines()));
  const Library library(engine);
  const QuerySet books = all("Book");
  CHECK(library.ids(books.order_by({"-price", "id"})) == "2 1 4 3");
  CHECK(library.ids(books.order_by({"title"}).reverse()) == "3 4 1 2");
  CHECK(library.ids(
            books.exclude(q("{author: null}")).order_by({"-author", "id"})) ==
        "3 1 2");
  CHECK(library.ids(books.reverse().order_by({"title"})) == "3 4 1 2");
  CHECK(library.ids(all("Author")) == "1 2 3");
  CHECK(library.ids(all("Author").reverse()) == "3 2 1");
  CHECK(library.ids(books.order_by({"id"}).slice(1, 2)) == "2 3");
  CHECK(library.ids(books.order_by({"id"}).slice(1, 3).slice(2, 5)) == "4");
  CHECK(library.ids(books.none()).empty());
  CHECK(books.count(*library.connection) == 4);
  CHECK(books.slice(1, 2).count(*library.connection) == 2);
  const QuerySet tagged = books.filter(q("{tags__word__in: [old, new]}"));
  CHECK(tagged.count(*library.connection) == 3);
  CHECK(tagged.distinct().count(*library.connection) == 2);
  CHECK(books.filter(q("{tags__word: old}")).exists(*library.connection));
  CHECK_FALSE(books.filter(q("{title: no}")).exists(*library.connection));
  const std::vector<Row> rows =
      books.filter(q("{id: 1}"))
          .values({"title", "price", "day", "sold", "author__name"})
          .rows(*library.connection);
  CHECK(rows ==
        std::vector<Row>{{std::string("Iron"), *Decimal::parse("10.00"),
                          Date{2020, 1, 31}, true, std::string("Ann")}});
}

TEST_CASE("a query set does not change; its children do") {
  const QuerySet books = all("Book").order_by({"title"});
  const QuerySet cheap = books.filter(q("{price__lt: 5}"));
  CHECK(sql(books).empty());
  CHECK(sql(cheap) == "WHERE book.price < ?1 | 5");
}

TEST_CASE("many integers are one parameter") {
  const Library library(GENERATE(from_range(engines())));
  std::vector<Value> many;
  for (std::int64_t number = 300; number > 0; --number) {
    many.emplace_back(number % 150 + 2);
  }
  const QuerySet found = all("Book").filter(Q("id__in", many));
  const auto statement =
      found.values({"id"}).statement(library.connection->dialect());
  CHECK(statement->parameters.size() == 1);
  CHECK(library.ids(found.order_by({"id"})) == "2 3 4");
  CHECK(library.ids(
            all("Book").exclude(Q("author__in", many)).order_by({"id"})) ==
        "1 2 4");
  // Of others each is a parameter.
  for (Value& value : many) value = "word " + display(value);
  CHECK(all("Book")
            .filter(Q("title__in", many))
            .statement(library.connection->dialect())
            ->parameters.size() == 150);
}

TEST_CASE("a decimal is read as it was written, however many digits it has") {
  const Library library(GENERATE(from_range(engines())));
  for (const char* written : {"0.01", "0.10", "-0.07", "9999.99", "1234.50",
                              "0.30", "-10.00", "1.15", "4.35", "0.29"}) {
    run(*library.connection, "UPDATE shop_book SET price = '" +
                                 std::string(written) + "' WHERE id = 1");
    const std::vector<Row> rows = all("Book")
                                      .filter(q("{id: 1}"))
                                      .values({"price"})
                                      .rows(*library.connection);
    CHECK(display(rows.front().front()) == written);
  }
}
