#include <catch2/catch.hpp>

#include "core/text.hpp"
#include "databases.hpp"
#include "models_text.hpp"
#include "orm/query/from_data.hpp"
#include "orm/query/query_set.hpp"
#include "orm/query/record.hpp"
#include "tables.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

constexpr const char* kModels = R"(
models:
  Person:
    fields: {name: {type: CharField, max_length: 50}}
    meta: {ordering: [name]}
  Author:
    inherits: [Person]
    fields:
      editor: {type: ForeignKey, to: Author, on_delete: CASCADE, null: true, related_name: edited}
  Book:
    fields:
      title: {type: CharField, max_length: 50}
      author: {type: ForeignKey, to: Author, on_delete: CASCADE, null: true, related_name: books}
      price: {type: DecimalField, max_digits: 6, decimal_places: 2}
      hidden: {type: BooleanField, default: false}
      tags: {type: ManyToManyField, to: Tag, related_name: books}
    default_scope: {filter: {hidden: false}}
    scopes:
      cheap: {filter: {price__lt: 11}, exclude: {title: Lead}, order_by: [-price], limit: 2}
    meta: {get_latest_by: price}
  Cover:
    fields:
      book: {type: OneToOneField, to: Book, on_delete: CASCADE}
      colour: {type: CharField, max_length: 20}
  Tag:
    fields: {word: {type: CharField, max_length: 20, unique: true}}
)";

const Registry& registry() {
  static const Registry kRegistry(read_shop(kModels));
  return kRegistry;
}

/// A database with a few rows, and a count of the questions it is asked.
class Library {
 public:
  explicit Library(Engine engine)
      : database_(engine),
        connection_(database_.open()),
        databases(*connection_) {
    for (const char* model : {"person", "author", "tag", "book", "cover"}) {
      create_table(*connection_, registry().models(), {"shop", model});
    }
    for (const char* statement :
         {"INSERT INTO shop_person (id, name) VALUES (1, 'Ann'), (2, 'Ben'), "
          "(3, 'Cid')",
          "INSERT INTO shop_author (person_ptr_id, editor_id) VALUES (1, "
          "NULL), (2, 1), (3, 2)",
          "INSERT INTO shop_tag (id, word) VALUES (1, 'old'), (2, 'new')",
          "INSERT INTO shop_book (id, title, author_id, price, hidden) VALUES "
          "(1, 'Iron', 1, '10.00', false), (2, 'Gold', 1, '20.50', false), "
          "(3, 'Zinc', 2, '5.25', false), (4, 'Lead', NULL, '1.00', false), "
          "(5, 'Gas', 2, '7.00', true)",
          "INSERT INTO shop_cover (id, book_id, colour) VALUES (1, 1, 'red')",
          "INSERT INTO shop_book_tags (book_id, tag_id) VALUES (1, 1), (1, 2), "
          "(2, 1)"}) {
      run(*connection_, statement);
    }
  }

  QuerySet all(const std::string& model) const {
    return QuerySet::scoped(registry(), registry().get(model));
  }

 private:
  TestDatabase database_;
  std::unique_ptr<Connection> connection_;

 public:
  Databases databases;
};

std::string names(const Records& records, std::string_view name) {
  std::vector<std::string> list;
  for (const RecordPtr& one : records) list.push_back(display(one->get(name)));
  return text::join(list, " ");
}

/// What reading it would ask the database for.
QuerySet strict(const QuerySet& rows) {
  return rows.lazy_loading(LazyLoading::kRaise);
}

}  // namespace

TEST_CASE("records have the values of their columns, inherited ones too") {
  const Engine engine = GENERATE(from_range(engines()));
  const Library library(engine);
  const Records authors = library.all("Author").records(library.databases);
  CHECK(names(authors, "name") == "Ann Ben Cid");
  CHECK(names(authors, "editor_id") == "NULL 1 2");
  CHECK(names(authors, "pk") == "1 2 3");
  CHECK(thrown([&] { authors.front()->get("nam"); }) ==
        "query.field: shop.Author has no nam - did you mean name?");
}

TEST_CASE("relations are followed both ways, when they are asked for") {
  const Engine engine = GENERATE(from_range(engines()));
  const Library library(engine);
  const Databases& databases = library.databases;
  const RecordPtr iron =
      library.all("Book").get(Q("title", Value("Iron")), databases);
  CHECK(display(iron->related("author")->get("name")) == "Ann");
  CHECK(iron->related("author")->related("editor") == nullptr);
  CHECK(display(iron->related("cover")->get("colour")) == "red");
  CHECK(names(iron->related_set("tags").order_by({"id"}).records(databases),
              "word") == "old new");
  const RecordPtr ann = iron->related("author");
  CHECK(names(ann->related_set("books").order_by({"title"}).records(databases),
              "title") == "Gold Iron");
  CHECK(names(ann->related_all("edited"), "name") == "Ben");
  const RecordPtr gold =
      library.all("Book").get(Q("title", Value("Gold")), databases);
  CHECK(gold->related("cover") == nullptr);
  const RecordPtr old =
      library.all("Tag").get(Q("word", Value("old")), databases);
  CHECK(names(old->related_set("books").order_by({"id"}).records(databases),
              "title") == "Iron Gold");
  const auto one_of_many = [&] { gold->related("tags"); };
  CHECK(thrown(one_of_many)
            .starts_with("query.field: shop.Book.tags leads to many rows"));
}

TEST_CASE("default_scope holds for managers and not for foreign keys") {
  const Engine engine = GENERATE(from_range(engines()));
  const Library library(engine);
  const Databases& databases = library.databases;
  const RecordPtr ben =
      library.all("Author").get(Q("name", Value("Ben")), databases);
  CHECK(names(ben->related_all("books"), "title") == "Zinc");
  const QuerySet every(registry(), registry().get("Book"));
  CHECK(every.count(databases.connection()) == 5);
  CHECK(library.all("Book").count(databases.connection()) == 4);
}

TEST_CASE("select_related brings related records with the rows") {
  const Engine engine = GENERATE(from_range(engines()));
  const Library library(engine);
  const Records books =
      strict(library.all("Book").order_by({"id"}).select_related(
                 {"author__editor", "cover"}))
          .records(library.databases);
  CHECK(display(books[2]->related("author")->related("editor")->get("name")) ==
        "Ann");
  CHECK(books[0]->related("author")->related("editor") == nullptr);
  CHECK(books[3]->related("author") == nullptr);
  CHECK(display(books[0]->related("cover")->get("colour")) == "red");
  CHECK(books[1]->related("cover") == nullptr);
  CHECK(thrown([&] {
          library.all("Book").select_related({"tags"}).records(
              library.databases);
        }) ==
        "query.field: tags: tags leads to many rows - use "
        "prefetch_related(\"tags\")");
  CHECK(thrown([&] {
          library.all("Book").select_related({"autor"}).records(
              library.databases);
        }) ==
        "query.field: autor: shop.Book has no relation autor - did you "
        "mean author?");
}

TEST_CASE("prefetch_related asks once for each relation") {
  const Engine engine = GENERATE(from_range(engines()));
  const Library library(engine);
  const Records authors =
      strict(library.all("Author").order_by({"name"}).prefetch_related(
                 {"books__tags", "edited"}))
          .records(library.databases);
  CHECK(authors[0]->related_all("books").size() == 2);
  CHECK(names(authors[0]->related_all("books")[0]->related_all("tags"),
              "word") == "old new");
  CHECK(names(authors[1]->related_all("books"), "title") == "Zinc");
  CHECK(authors[2]->related_all("books").empty());
  CHECK(names(authors[0]->related_all("edited"), "name") == "Ben");
  // The way back is known as well.
  CHECK(display(authors[1]->related_all("books")[0]->related("author")->get(
            "name")) == "Ben");
  const Records books =
      strict(library.all("Book").order_by({"id"}).prefetch_related(
                 {"author",
                  Prefetch("tags",
                           library.all("Tag").filter(Q("word", Value("new"))),
                           "fresh")}))
          .records(library.databases);
  CHECK(display(books[0]->related("author")->get("name")) == "Ann");
  CHECK(books[3]->related("author") == nullptr);
  CHECK(names(books[0]->related_all("fresh"), "word") == "new");
}

TEST_CASE("a prefetched record outlives the one it was prefetched for") {
  const Engine engine = GENERATE(from_range(engines()));
  const Library library(engine);
  Records authors = library.all("Author")
                        .order_by({"name"})
                        .prefetch_related({"books"})
                        .records(library.databases);
  const RecordPtr book = authors[1]->related_all("books").front();
  CHECK(book->has_related("author"));
  const std::weak_ptr<Record> author = authors[1];
  authors.clear();
  CHECK(author.expired());
  CHECK_FALSE(book->has_related("author"));
  CHECK(display(book->related("author")->get("name")) == "Ben");
}

TEST_CASE("deferred columns are asked for when they are wanted") {
  const Engine engine = GENERATE(from_range(engines()));
  const Library library(engine);
  const QuerySet books = library.all("Book").order_by({"id"});
  const RecordPtr lazy = books.defer({"price"}).first(library.databases);
  CHECK_FALSE(lazy->is_loaded("price"));
  CHECK(display(lazy->get("price")) == "10.00");
  CHECK(lazy->is_loaded("price"));
  const RecordPtr few = books.only({"title"}).first(library.databases);
  CHECK(few->is_loaded("pk"));
  CHECK(few->is_loaded("title"));
  CHECK_FALSE(few->is_loaded("author_id"));
  CHECK(thrown([&] {
          strict(books.defer({"price"})).first(library.databases)->get("price");
        }) ==
        "query.lazy: shop.Book.price was not loaded: each record would ask for "
        "its own - leave price out of defer(), or name it in only()");
}

TEST_CASE("the guard names the place and the cure, or only warns") {
  const Library library(Engine::kSqlite);
  const RecordPtr book = strict(library.all("Book").select_related({"author"}))
                             .first(library.databases);
  CHECK(thrown([&] { book->related_all("tags"); }) ==
        "query.lazy: shop.Book.tags was not loaded: each record would ask for "
        "its own - add prefetch_related(\"tags\") to the query");
  const Records authors =
      strict(library.all("Book").order_by({"-id"}).select_related({"author"}))
          .records(library.databases);
  CHECK(thrown([&] { authors[1]->related("author")->related("editor"); }) ==
        "query.lazy: shop.Author.editor was not loaded: each record would ask "
        "for its own - add select_related(\"author__editor\") or "
        "prefetch_related(\"author__editor\") to the query");
  std::vector<std::string> warnings;
  Databases warned = library.databases;
  warned.lazy_loading = LazyLoading::kWarn;
  warned.warn = [&](const Error& error) {
    warnings.push_back(error.message());
  };
  const RecordPtr iron = library.all("Book").first(warned);
  CHECK(display(iron->related("author")->get("name")) == "Ann");
  CHECK(warnings.size() == 1);
}

TEST_CASE("one row is asked for, in its order") {
  const Engine engine = GENERATE(from_range(engines()));
  const Library library(engine);
  const Databases& databases = library.databases;
  const QuerySet books = library.all("Book");
  CHECK(display(books.first(databases)->key()) == "1");
  CHECK(display(books.last(databases)->key()) == "4");
  CHECK(display(books.order_by({"-title"}).first(databases)->get("title")) ==
        "Zinc");
  CHECK(books.filter(Q("title", Value("no"))).first(databases) == nullptr);
  CHECK(display(books.latest({}, databases)->get("title")) == "Gold");
  CHECK(display(books.earliest({"title"}, databases)->get("title")) == "Gold");
  CHECK(thrown([&] { books.get(Q("title", Value("no")), databases); }) ==
        "query.none: there is no such shop.Book");
  CHECK(thrown([&] { books.get(Q("price__gt", Value("2")), databases); }) ==
        "query.several: there are 3 such shop.Book, not one");
  CHECK(names(books.in_bulk({Value(std::int64_t{3}), Value(std::int64_t{9})},
                            databases),
              "title") == "Zinc");
  const RecordPtr iron = books.first(databases);
  CHECK(books.contains(*iron, databases));
  CHECK_FALSE(
      books.filter(Q("title", Value("Gold"))).contains(*iron, databases));
}

TEST_CASE("rows are visited in chunks, and other statements may run between") {
  const Engine engine = GENERATE(from_range(engines()));
  const Library library(engine);
  const Databases& databases = library.databases;
  std::string seen;
  library.all("Book").order_by({"id"}).prefetch_related({"tags"}).each(
      databases,
      [&](const RecordPtr& book) {
        seen += display(book->get("title"));
        seen += std::to_string(book->related_all("tags").size());
        seen +=
            std::to_string(library.all("Tag").count(databases.connection()));
        seen += " ";
      },
      2);
  CHECK(seen == "Iron22 Gold12 Zinc02 Lead02 ");
  CHECK_FALSE(databases.connection().in_transaction());
}

TEST_CASE("SQL of the caller's becomes records") {
  const Engine engine = GENERATE(from_range(engines()));
  const Library library(engine);
  const QuerySet books = library.all("Book");
  const Records found = books.raw(
      "SELECT id, title, price * 2 AS twice FROM shop_book WHERE "
      "price > %s AND title LIKE '%%o%%' ORDER BY id",
      {Value(std::int64_t{6})}, library.databases);
  CHECK(names(found, "title") == "Iron Gold");
  CHECK(display(found.front()->get("twice")).starts_with("20"));
  // What it left out is asked for when it is wanted.
  CHECK_FALSE(found.front()->is_loaded("price"));
  CHECK(display(found.front()->get("price")) == "10.00");
  CHECK(display(found.front()->related("author")->get("name")) == "Ann");
  const Records with = books.prefetch_related({"tags"}).raw(
      "SELECT * FROM shop_book WHERE id = 1", {}, library.databases);
  CHECK(with.front()->has_related("tags"));
  CHECK(display(with.front()->get("price")) == "10.00");
}

TEST_CASE("SQL that makes no records says why") {
  const Engine engine = GENERATE(from_range(engines()));
  const Library library(engine);
  const QuerySet books = library.all("Book");
  CHECK(thrown([&] {
          books.raw("SELECT title FROM shop_book", {}, library.databases);
        }) ==
        "query.raw: raw() needs the key of shop.Book, id - select it too");
  CHECK(thrown([&] { books.raw("SELECT %s", {}, library.databases); }) ==
        "query.expression: RawSQL has more %s than parameters");
}

TEST_CASE("a scope is used by its name") {
  const Engine engine = GENERATE(from_range(engines()));
  const Library library(engine);
  const QuerySet books = library.all("Book");
  CHECK(names(books.scope("cheap").records(library.databases), "title") ==
        "Iron Zinc");
  CHECK(names(books.filter(Q("author", Value(std::int64_t{2})))
                  .scope("cheap")
                  .records(library.databases),
              "title") == "Zinc");
  // Without the model's own scope.
  const QuerySet unscoped(registry(), registry().get("shop.Book"));
  CHECK(names(unscoped.scope("cheap").records(library.databases), "title") ==
        "Iron Gas");
  CHECK(thrown([&] { books.scope("cheep"); }) ==
        "query.scope: shop.Book has no scope cheep - did you mean cheap?");
}

TEST_CASE("a model's own order may be expressions") {
  const Engine engine = GENERATE(from_range(engines()));
  const Registry ordered(read_shop(R"(
models:
  Shelf:
    fields: {name: {type: CharField, max_length: 9, null: true}}
    meta: {ordering: [{desc: {Lower: name}, nulls_last: true}]}
  Box:
    fields:
      shelf: {type: ForeignKey, to: Shelf, on_delete: CASCADE}
    meta: {ordering: [-shelf]}
  Step:
    fields: {box: {type: ForeignKey, to: Box, on_delete: CASCADE}}
    meta: {order_with_respect_to: box}
)"));
  const auto sql = [&](const char* model) {
    const auto statement = QuerySet(ordered, ordered.get(model))
                               .values({"id"})
                               .statement(dialect_of(engine));
    return statement->sql.substr(statement->sql.find("ORDER BY"));
  };
  CHECK(sql("Shelf") ==
        "ORDER BY LOWER(\"shop_shelf\".\"name\") DESC NULLS "
        "LAST");
  CHECK(sql("Box") ==
        "ORDER BY LOWER(\"shop_shelf\".\"name\") ASC NULLS "
        "FIRST");
  CHECK(sql("Step") == "ORDER BY \"shop_step\".\"_order\" ASC");
}
