// Deleting records and rows, with what points to them.
#include "orm/writing/deletion.hpp"

#include <catch2/catch.hpp>

#include "orm/model_signals.hpp"
#include "shop_tables.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

/// Ann wrote two books with reviews and tags; Ben one.
class Library {
 public:
  explicit Library(Engine engine) : shop(engine) {
    ann = shop.of("Author").create({{"name", text_of("Ann")}});
    ben = shop.of("Author").create({{"name", text_of("Ben")}, {"editor", ann}});
    for (const char* isbn : {"1", "2"}) add_book(isbn, ann);
    add_book("3", ben);
    for (const RecordPtr& book : books) {
      shop.of("Review").create({{"book", book}, {"text", text_of("good")}});
    }
    run(*shop.connection, "INSERT INTO shop_tag (word) VALUES ('old')");
    run(*shop.connection,
        "INSERT INTO shop_book_tags (book_id, tag_id) VALUES (1, 1), (3, 1)");
    shop.log.clear();
  }

  void add_book(const char* isbn, const RecordPtr& author) {
    books.push_back(
        shop.of("Book").create({{"isbn", text_of(isbn)}, {"author", author}}));
  }

  ShopTables shop;
  RecordPtr ann, ben;
  Records books;
};

std::string shown(const Deleted& done) {
  std::string text = std::to_string(done.total);
  for (const auto& [label, count] : done.by_model) {
    text += " " + label + "=" + std::to_string(count);
  }
  return text;
}

}  // namespace

TEST_CASE("what points to a record goes with it, and is counted") {
  Library library(GENERATE(from_range(engines())));
  CHECK(shown(remove(library.ann)) ==
        "6 shop.Book_tags=1 shop.Review=2 shop.Book=2 shop.Author=1");
  CHECK(is_null(library.ann->key()));
  CHECK(library.shop.rows("Author", {"name", "editor_id"}) == "Ben NULL");
  CHECK(library.shop.rows("Book", {"isbn"}) == "3");
  CHECK(library.shop.rows("Review", {"book_id"}) == "3");
  CHECK(
      thrown([&] { remove(library.ann); }) ==
      "write.unsaved: this shop.Author has no key: it is not in the database");
}

TEST_CASE("the rows of a query set go, whatever joins say which they are") {
  Library library(GENERATE(from_range(engines())));
  const QuerySet rows = library.shop.all("Book").filter(
      Q("author__name", Value(std::string("Ann"))));
  CHECK(shown(remove(rows, library.shop.databases)) ==
        "5 shop.Book_tags=1 shop.Review=2 shop.Book=2");
  const QuerySet reviews =
      library.shop.all("Review").filter(Q("book__isbn", text_of("3")));
  library.shop.log.clear();
  CHECK(shown(remove(reviews, library.shop.databases)) == "1 shop.Review=1");
  // Nothing points to reviews: one statement in its block.
  CHECK(library.shop.log.size() == 3);
  CHECK(shown(remove(reviews, library.shop.databases)) == "0");
}

TEST_CASE("a protected row stays, and who protects it is said") {
  Library library(GENERATE(from_range(engines())));
  library.shop.of("Order").create({{"book", library.books[0]}});
  const auto refused = [&](const std::function<void()>& work) {
    try {
      work();
    } catch (const ProtectedError& error) {
      return error.code() + " " + text::join(error.fields, " ") + " " +
             std::to_string(error.records.size());
    }
    return std::string("nothing");
  };
  CHECK(refused([&] { remove(library.ann); }) ==
        "delete.protected shop.Order.book 1");
  CHECK(
      thrown([&] { remove(library.books[0]); }) ==
      "delete.protected: shop.Book cannot be deleted: shop.Order.book of 1 row "
      "protects it - delete or change first what points to it");
  CHECK(library.shop.rows("Author", {"name"}) == "Ann, Ben");
}

TEST_CASE("a restricted row goes only with what restricts it") {
  Library library(GENERATE(from_range(engines())));
  library.shop.of("Shelf").create({{"book", library.books[0]}});
  CHECK(thrown([&] {
          remove(library.ann);
        }).starts_with("delete.restricted: shop.Author cannot be deleted"));
  run(*library.shop.connection, "UPDATE shop_shelf SET author_id = 1");
  CHECK(shown(remove(library.ann)) ==
        "7 shop.Book_tags=1 shop.Review=2 shop.Shelf=1 shop.Book=2 "
        "shop.Author=1");
}

TEST_CASE("other foreign keys get another value") {
  Library library(GENERATE(from_range(engines())));
  library.shop.of("Note").create(
      {{"book", library.books[2]}, {"author", library.ben}});
  CHECK(shown(remove(library.ben)) ==
        "4 shop.Book_tags=1 shop.Review=1 shop.Book=1 shop.Author=1");
  CHECK(library.shop.rows("Note", {"book_id", "author_id"}) == "1 1");
}

TEST_CASE("a record that inherits goes with its parents' rows") {
  ShopTables shop(GENERATE(from_range(engines())));
  const Manager inns = shop.of("Restaurant");
  const RecordPtr inn = inns.create({{"name", text_of("Inn")}});
  inns.create({{"name", text_of("Bar")}});
  CHECK(shown(remove(inn, {.keep_parents = true})) == "1 shop.Restaurant=1");
  CHECK(shop.rows("Place", {"name"}) == "Inn, Bar");
  CHECK(shown(remove(shop.all("Restaurant"), shop.databases)) ==
        "2 shop.Restaurant=1 shop.Place=1");
  inns.create({{"name", text_of("Pub")}});
  // From above, what inherits goes too.
  CHECK(shown(remove(shop.all("Place"), shop.databases)) ==
        "3 shop.Restaurant=1 shop.Place=2");
}

TEST_CASE("rows that are cut off, combined or values are not deleted") {
  ShopTables shop(Engine::kSqlite);
  const QuerySet tags = shop.all("Tag");
  const auto refused = [&](const QuerySet& rows) {
    return thrown([&] { remove(rows, shop.databases); });
  };
  CHECK(refused(tags.slice(0, 1)).starts_with("query.sliced"));
  CHECK(refused(tags.union_with({tags})).starts_with("query.combined"));
  CHECK(refused(tags.values({"id"})).starts_with("query.expression"));
  CHECK(refused(tags.as_source()).starts_with("query.expression"));
}

TEST_CASE("who listens is told of each record, before and after") {
  Library library(GENERATE(from_range(engines())));
  ModelSignals signals;
  std::string diary;
  signals.pre_delete.connect(
      [&](const DeleteEvent& event) {
        diary += "-" + display(event.record.get("text"));
      },
      {.sender = "shop.Review"});
  signals.post_delete.connect(
      [&](const DeleteEvent& event) { diary += "+" + event.label; });
  library.shop.databases.signals = &signals;
  remove(library.ben);
  CHECK(diary == "-good+shop.Review+shop.Book+shop.Author");
}

TEST_CASE("an error in a receiver keeps everything") {
  Library library(GENERATE(from_range(engines())));
  ModelSignals signals;
  signals.post_delete.connect(
      [](const DeleteEvent&) { throw Error("test.no", "no"); },
      {.sender = "shop.Author"});
  library.shop.databases.signals = &signals;
  CHECK(thrown([&] { remove(library.ann); }) == "test.no: no");
  CHECK(library.shop.rows("Book", {"isbn"}) == "1, 2, 3");
  CHECK(display(library.ann->key()) == "1");
}
