// save(), create() and their kin: what Django 5.2 documents of them.
#include "orm/writing/saving.hpp"

#include <catch2/catch.hpp>

#include "shop_tables.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

std::string shown(const RecordPtr& record, std::string_view name) {
  return display(record->get(name));
}

}  // namespace

TEST_CASE("a new record is inserted, and knows what the database gave it") {
  ShopTables shop(GENERATE(from_range(engines())));
  const RecordPtr ann = shop.of("Author").create({{"name", text_of("Ann")}});
  CHECK(shown(ann, "id") == "1");
  CHECK_FALSE(ann->adding());
  const RecordPtr book = shop.of("Book").make(
      {{"isbn", text_of("1")}, {"author", ann}, {"stock", number(4)}});
  CHECK(book->adding());
  CHECK(shown(book, "title") == "untitled");
  CHECK(thrown([&] { book->get("rank"); }) ==
        "query.none: shop.Book.rank is given by the database when the record "
        "is saved");
  save(*book);
  CHECK(shown(book, "rank") == "7");
  CHECK(shown(book, "double") == "8");
  CHECK(shown(book, "author_id") == "1");
  CHECK(shown(book, "added") == shown(book, "added"));
  CHECK(shop.rows("Book", {"id", "isbn", "title", "price", "rank", "double"}) ==
        "1 1 untitled 1.00 7 8");
}

TEST_CASE("save() updates the row that has the key, else it inserts") {
  ShopTables shop(GENERATE(from_range(engines())));
  const Manager tags = shop.of("Tag");
  const RecordPtr tag = tags.make({{"id", number(5)}, {"word", text_of("a")}});
  save(*tag);
  tag->set("word", text_of("b"));
  save(*tag);
  const RecordPtr same = tags.make({{"pk", number(5)}, {"word", text_of("c")}});
  save(*same);
  CHECK(shop.rows("Tag", {"id", "word"}) == "5 c");
  const auto refused = [](const RecordPtr& record, const SaveOptions& options) {
    return thrown([&] { save(*record, options); });
  };
  CHECK(refused(same, {.force_insert = true}).starts_with("database.unique"));
  const RecordPtr other =
      tags.make({{"id", number(6)}, {"word", text_of("d")}});
  CHECK(refused(other, {.force_update = true}) ==
        "write.not-updated: there is no shop.Tag with this key to update");
  CHECK(refused(other, {.force_insert = true, .force_update = true}) ==
        "write.options: save() cannot force an INSERT and an UPDATE at once");
  const RecordPtr keyless = tags.make({{"word", text_of("d")}});
  CHECK(refused(keyless, {.force_update = true})
            .starts_with("write.options: this shop.Tag has no key"));
}

TEST_CASE("a key with a default is inserted without asking first") {
  ShopTables shop(GENERATE(from_range(engines())));
  const RecordPtr token = shop.of("Token").make({{"text", text_of("a")}});
  CHECK(shown(token, "id").size() == 36);
  save(*token);
  REQUIRE(shop.log.size() == 1);
  CHECK(shop.log.front().starts_with("INSERT"));
  token->set("text", text_of("b"));
  save(*token);
  CHECK(shop.rows("Token", {"text"}) == "b");
}

TEST_CASE("only some fields are written with update_fields") {
  ShopTables shop(GENERATE(from_range(engines())));
  const RecordPtr ann = shop.of("Author").create(
      {{"name", text_of("Ann")}, {"born", number(1950)}});
  ann->set("name", text_of("Anna"));
  ann->set("born", number(1960));
  save(*ann, {.update_fields = {{"born"}}});
  CHECK(shop.rows("Author", {"name", "born"}) == "Ann 1960");
  shop.log.clear();
  save(*ann, {.update_fields = std::vector<std::string>{}});
  CHECK(shop.log.empty());
  CHECK(thrown([&] { save(*ann, {.update_fields = {{"nmae"}}}); }) ==
        "query.field: shop.Author has no field nmae to update - did you mean "
        "name?");
  run(*shop.connection, "DELETE FROM shop_author");
  const auto born = [&] { save(*ann, {.update_fields = {{"born"}}}); };
  CHECK(thrown(born).starts_with("write.not-updated"));
}

TEST_CASE("of a row that was loaded in part, that part is written") {
  ShopTables shop(GENERATE(from_range(engines())));
  shop.of("Author").create({{"name", text_of("Ann")}, {"born", number(1950)}});
  const RecordPtr part =
      shop.all("Author").only({"name"}).first(shop.databases);
  run(*shop.connection, "UPDATE shop_author SET born = 1");
  part->set("name", text_of("Anna"));
  save(*part);
  CHECK(shop.rows("Author", {"name", "born"}) == "Anna 1");
  part->set("born", number(2));
  save(*part);
  CHECK(shop.rows("Author", {"name", "born"}) == "Anna 2");
}

TEST_CASE("a row that was loaded in part is not inserted anew") {
  ShopTables shop(GENERATE(from_range(engines())));
  shop.of("Author").create({{"name", text_of("Ann")}, {"born", number(1950)}});
  const RecordPtr part =
      shop.all("Author").only({"name"}).first(shop.databases);
  part->set("id", number(9));
  CHECK(thrown([&] {
          save(*part, {.force_insert = true});
        }).starts_with("write.options: shop.Author.born was not loaded"));
}

TEST_CASE("an expression is computed by the database, and read back") {
  ShopTables shop(GENERATE(from_range(engines())));
  const RecordPtr book =
      shop.of("Book").create({{"isbn", text_of("1")}, {"stock", number(4)}});
  run(*shop.connection, "UPDATE shop_book SET stock = 10");
  book->set("stock", call("+", {f("stock"), value(std::int64_t{1})}));
  CHECK(thrown([&] { book->get("stock"); }) ==
        "query.expression: shop.Book.stock is an expression until the record "
        "is saved");
  save(*book);
  CHECK(shown(book, "stock") == "11");
  CHECK(shown(book, "double") == "22");
  const RecordPtr loud = shop.of("Book").create(
      {{"isbn", text_of("2")},
       {"title", call("Upper", {value(std::string("ann"))})}});
  CHECK(shown(loud, "title") == "ANN");
  CHECK(
      thrown([&] {
        shop.of("Book").create({{"isbn", text_of("3")}, {"title", f("isbn")}});
      }).starts_with("query.expression: shop.Book.title: a row that is not"));
}

TEST_CASE("moments are those of the writing") {
  ShopTables shop(GENERATE(from_range(engines())));
  const RecordPtr book = shop.of("Book").create({{"isbn", text_of("1")}});
  const std::string added = shown(book, "added");
  const std::string changed = shown(book, "changed");
  save(*book);
  CHECK(shown(book, "added") == added);
  CHECK(shown(book, "changed") > changed);
}

TEST_CASE("what is related must be saved first") {
  ShopTables shop(GENERATE(from_range(engines())));
  const RecordPtr ann = shop.of("Author").make({{"name", text_of("Ann")}});
  const RecordPtr book =
      shop.of("Book").make({{"isbn", text_of("1")}, {"author", ann}});
  CHECK(thrown([&] { save(*book); }) ==
        "write.unsaved: shop.Book.author is not saved yet - save it first, "
        "else it would be lost");
  save(*ann);
  save(*book);
  CHECK(shop.rows("Book", {"author_id"}) == "1");
  book->set("author_id", Null{});
  CHECK(book->related("author") == nullptr);
  const RecordPtr tag = shop.of("Tag").create({{"word", text_of("a")}});
  CHECK(thrown([&] { book->set_related("author", tag); }) ==
        "query.value: shop.Book.author leads to shop.Author, not to shop.Tag");
}

TEST_CASE("a record that inherits has a row in each table") {
  ShopTables shop(GENERATE(from_range(engines())));
  const RecordPtr inn =
      shop.of("Restaurant")
          .create({{"name", text_of("Inn")}, {"stars", number(2)}});
  CHECK(shown(inn, "id") == "1");
  CHECK(shown(inn, "place_ptr_id") == "1");
  inn->set("name", text_of("Tavern"));
  inn->set("stars", number(3));
  save(*inn);
  CHECK(shop.rows("Restaurant", {"name", "stars"}) == "Tavern 3");
  CHECK(shop.rows("Place", {"id", "name"}) == "1 Tavern");
  // A row above without one below gets one.
  shop.of("Place").create({{"name", text_of("Bar")}});
  save(*shop.of("Restaurant")
            .make({{"place_ptr_id", number(2)}, {"name", text_of("Bar")}}));
  CHECK(shop.rows("Restaurant", {"name", "stars"}) == "Tavern 3, Bar 0");
}

TEST_CASE("what a failed save of two rows computed is computed by the next") {
  ShopTables shop(GENERATE(from_range(engines())));
  const RecordPtr inn =
      shop.of("Restaurant")
          .create({{"name", text_of("inn")}, {"stars", number(2)}});
  inn->set("name", call("Upper", {f("name")}));
  inn->set("stars", Null{});
  const auto again = [&] { save(*inn); };
  CHECK(thrown(again).starts_with("database.not-null"));
  CHECK(shop.rows("Restaurant", {"name"}) == "inn");
  inn->set("stars", number(3));
  save(*inn);
  CHECK(shop.rows("Restaurant", {"name", "stars"}) == "INN 3");
}

TEST_CASE("refresh() reads again, and forgets what was related") {
  ShopTables shop(GENERATE(from_range(engines())));
  const RecordPtr ann = shop.of("Author").create({{"name", text_of("Ann")}});
  run(*shop.connection, "UPDATE shop_author SET name = 'Eve', born = 5");
  refresh(*ann, {"born"});
  CHECK(shown(ann, "name") == "Ann");
  CHECK(shown(ann, "born") == "5");
  refresh(*ann);
  CHECK(shown(ann, "name") == "Eve");
  CHECK(thrown([&] { refresh(*ann, {"nam"}); }).starts_with("query.field"));
  run(*shop.connection, "DELETE FROM shop_author");
  CHECK(thrown([&] { refresh(*ann); }) ==
        "query.none: this shop.Author is not there any more");
}

TEST_CASE("a value that would not come back is refused where it is given") {
  ShopTables shop(GENERATE(from_range(engines())));
  const RecordPtr book = shop.of("Book").make();
  const auto set = [&](const char* name, Value value) {
    return thrown([&] { book->set(name, std::move(value)); });
  };
  CHECK(set("price", 1.5) ==
        "query.value: shop.Book.price needs a decimal, not 1.5");
  CHECK(set("price", text_of("1.234"))
            .starts_with("query.value: shop.Book.price: "));
  CHECK(set("stock", 1.0) ==
        "query.value: shop.Book.stock needs an integer, not 1.0");
  CHECK(set("stock", number(3'000'000'000))
            .starts_with("query.value: shop.Book.stock needs an integer from"));
  CHECK(set("title", number(5)) ==
        "query.value: shop.Book.title needs a text, not 5");
  CHECK(set("title", text_of("a title that is too long")) ==
        "query.value: shop.Book.title needs at most 20 characters, not \"a "
        "title that is too long\"");
  CHECK(set("title", text_of("\xff")).starts_with("query.value"));
  CHECK(set("added", *Date::parse("2020-01-01"))
            .starts_with("query.value: shop.Book.added needs a date and time"));
  CHECK(set("double", number(5)) ==
        "query.field: shop.Book.double is computed by the database");
  CHECK(set("titel", text_of("a")) ==
        "query.field: shop.Book has no titel - did you mean title?");
  book->set("price", number(3));
  CHECK(shown(book, "price") == "3.00");
  book->set("price", text_of("1.5"));
  CHECK(shown(book, "price") == "1.50");
  book->set("stock", text_of("12"));
  CHECK(shown(book, "stock") == "12");
}
