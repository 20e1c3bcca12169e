// Related rows come and go, from both sides of a relation.
#include "orm/writing/related_manager.hpp"

#include <catch2/catch.hpp>

#include "orm/model_signals.hpp"
#include "shop_tables.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

class Shop : public ShopTables {
 public:
  using ShopTables::ShopTables;

  RecordPtr author(const char* name) const {
    return of("Author").create({{"name", text_of(name)}});
  }
  RecordPtr book(const char* isbn) const {
    return of("Book").create({{"isbn", text_of(isbn)}});
  }
  RecordPtr tag(const char* word) const {
    return of("Tag").create({{"word", text_of(word)}});
  }
  RecordPtr person(const char* name) const {
    return of("Person").create({{"name", text_of(name)}});
  }
  std::string names(const RelatedManager& manager, const char* name) const {
    std::vector<std::string> found;
    for (const Row& row :
         manager.all().order_by({"pk"}).values({name}).rows(*connection)) {
      found.push_back(display(row.front()));
    }
    return text::join(found, " ");
  }
};

}  // namespace

TEST_CASE("rows of a many-to-many relation are added, removed and cleared") {
  const Shop shop(GENERATE(from_range(engines())));
  const RecordPtr iron = shop.book("1");
  const Records tags{shop.tag("a"), shop.tag("b"), shop.tag("c")};
  RelatedManager of_iron(iron, "tags");
  of_iron.add({tags[0], tags[1], tags[0]});
  of_iron.add({tags[1]});
  CHECK(shop.names(of_iron, "word") == "a b");
  of_iron.add_keys({tags[2]->key()});
  of_iron.remove({tags[0]});
  CHECK(shop.names(of_iron, "word") == "b c");
  RelatedManager of_tag(tags[1], "books");
  CHECK(shop.names(of_tag, "isbn") == "1");
  of_tag.add({shop.book("2")});
  of_iron.clear();
  CHECK(shop.names(of_iron, "word").empty());
  CHECK(shop.names(of_tag, "isbn") == "2");
}

TEST_CASE("set() adds what is missing and removes the rest") {
  Shop shop(GENERATE(from_range(engines())));
  const Records tags{shop.tag("a"), shop.tag("b"), shop.tag("c")};
  RelatedManager manager(shop.book("1"), "tags");
  manager.set({tags[0], tags[1]});
  const std::string before = shop.rows("Book_tags", {"id", "tag_id"});
  manager.set({tags[1], tags[2]});
  CHECK(before == "1 1, 2 2");
  CHECK(shop.rows("Book_tags", {"id", "tag_id"}) == "2 2, 3 3");
  manager.set({tags[1]}, true);
  CHECK(shop.rows("Book_tags", {"id", "tag_id"}) == "4 2");
}

TEST_CASE("new rows are made among those of a record") {
  const Shop shop(GENERATE(from_range(engines())));
  const RecordPtr ann = shop.author("Ann");
  RelatedManager books(ann, "books");
  const RecordPtr book = books.create({{"isbn", text_of("1")}});
  CHECK(display(book->get("author_id")) == "1");
  RelatedManager tags(book, "tags");
  tags.create({{"word", text_of("new")}});
  CHECK(shop.names(tags, "word") == "new");
  CHECK(tags.get_or_create({{"word", text_of("old")}}).second);
  CHECK_FALSE(tags.get_or_create({{"word", text_of("old")}}).second);
  CHECK(shop.names(tags, "word") == "new old");
}

TEST_CASE("what was prefetched is asked for again after a change") {
  const Shop shop(GENERATE(from_range(engines())));
  const RecordPtr tag = shop.tag("a");
  shop.book("1");
  const RecordPtr book =
      shop.all("Book").prefetch_related({"tags"}).first(shop.databases);
  CHECK(book->related_all("tags").empty());
  RelatedManager(book, "tags").add({tag});
  CHECK(book->related_all("tags").size() == 1);
}

TEST_CASE("a symmetrical relation goes both ways") {
  const Shop shop(GENERATE(from_range(engines())));
  const RecordPtr ann = shop.person("Ann");
  const RecordPtr ben = shop.person("Ben");
  RelatedManager(ann, "friends").add({ben});
  CHECK(shop.names(RelatedManager(ben, "friends"), "name") == "Ann");
  RelatedManager(ben, "friends").clear();
  CHECK(shop.names(RelatedManager(ann, "friends"), "name").empty());
}

TEST_CASE("a join model of one's own has further fields") {
  const Shop shop(GENERATE(from_range(engines())));
  const RecordPtr ann = shop.person("Ann");
  RelatedManager clubs(ann, "clubs");
  clubs.create({{"name", text_of("chess")}},
               {.through_defaults = {{"role", text_of("chair")}}});
  const RecordPtr choir = shop.of("Club").create({{"name", text_of("choir")}});
  RelatedManager(choir, "members")
      .add({ann}, {.through_defaults = {{"role", text_of("bass")}}});
  CHECK(shop.rows("Membership", {"person_id", "club_id", "role"}) ==
        "1 1 chair, 1 2 bass");
}

TEST_CASE("rows that point to a record by a foreign key") {
  const Shop shop(GENERATE(from_range(engines())));
  const RecordPtr ann = shop.author("Ann");
  const RecordPtr iron = shop.book("1");
  const RecordPtr gold = shop.book("2");
  RelatedManager books(ann, "books");
  books.add({iron, gold});
  CHECK(display(gold->get("author_id")) == "1");
  CHECK(shop.names(books, "isbn") == "1 2");
  books.remove({iron});
  CHECK(is_null(iron->get("author_id")));
  CHECK(thrown([&] { books.remove({iron}); }) ==
        "query.none: the shop.Book 1 is not among shop.Author.books");
  books.set({iron});
  CHECK(shop.names(books, "isbn") == "1");
  books.clear();
  CHECK(shop.rows("Book", {"author_id"}) == "NULL, NULL");
  const RecordPtr fresh = shop.of("Book").make({{"isbn", text_of("3")}});
  CHECK(thrown([&] {
          books.add({fresh});
        }).starts_with("write.unsaved: shop.Author.books: the shop.Book is"));
  books.add({fresh}, {.bulk = false});
  CHECK(shop.names(books, "isbn") == "3");
}

TEST_CASE("a record is also one of what its model inherits from") {
  const Shop shop(GENERATE(from_range(engines())));
  const RecordPtr inn =
      shop.of("Restaurant").create({{"name", text_of("Inn")}});
  RelatedManager visits(inn, "visits");
  visits.create({});
  const RecordPtr visit = shop.of("Visit").create({{"place", inn}});
  CHECK(display(visit->get("place_id")) == "1");
  CHECK(shop.names(visits, "id") == "1 2");
}

TEST_CASE("a one-to-one relation is set from both ends") {
  const Shop shop(GENERATE(from_range(engines())));
  const RecordPtr park = shop.of("Place").create({{"name", text_of("Park")}});
  const RecordPtr first = shop.of("Sign").create({{"text", text_of("a")}});
  const RecordPtr second = shop.of("Sign").create({{"text", text_of("b")}});
  park->set_related("sign", first);
  CHECK(display(first->get("place_id")) == "1");
  CHECK(park->related("sign") == first);
  park->set_related("sign", second);
  CHECK(is_null(first->get("place_id")));
  save(*second);
  CHECK(shop.rows("Sign", {"text", "place_id"}) == "a NULL, b 1");
  CHECK(thrown([&] { park->set_related("sign", park); }) ==
        "query.value: shop.Place.sign leads to shop.Sign, not to shop.Place");
  CHECK(thrown([&] {
          park->set_related("visits", second);
        }).starts_with("query.field: shop.Place.visits leads to many rows"));
}

TEST_CASE("a foreign key that leads to another field than the key") {
  const Shop shop(GENERATE(from_range(engines())));
  const RecordPtr de = shop.of("Country").create({{"code", text_of("de")}});
  const Manager cities = shop.of("City");
  CHECK(cities.get_or_create({{"country", de}}).second);
  CHECK_FALSE(cities.get_or_create({{"country", de}}).second);
  RelatedManager theirs(de, "cities");
  CHECK_FALSE(theirs.get_or_create({}).second);
  CHECK(shop.rows("City", {"country_id"}) == "de");
}

TEST_CASE("a foreign key that cannot be NULL keeps its rows") {
  const Shop shop(GENERATE(from_range(engines())));
  const RecordPtr iron = shop.book("1");
  RelatedManager reviews(iron, "reviews");
  const RecordPtr review = reviews.create({{"text", text_of("good")}});
  CHECK(thrown([&] { reviews.remove({review}); }) ==
        "write.required: shop.Review.book cannot be NULL: rows cannot be "
        "removed from shop.Book.reviews - delete them, or add them to another "
        "one");
  const RecordPtr gold = shop.book("2");
  RelatedManager(gold, "reviews").set({review});
  CHECK(shop.names(reviews, "text").empty());
}

TEST_CASE("what is no relation to many, or not there yet, is said") {
  const Shop shop(Engine::kSqlite);
  const RecordPtr iron = shop.book("1");
  const auto refused = [](const RecordPtr& record, const char* name) {
    return thrown([&] { const RelatedManager manager(record, name); });
  };
  CHECK(refused(iron, "tag") ==
        "query.field: shop.Book has no relation tag - did you mean tags?");
  CHECK(refused(iron, "author") ==
        "query.field: shop.Book.author leads to one row - set it in the "
        "record, and save that");
  CHECK(refused(shop.of("Book").make(), "tags") ==
        "write.unsaved: shop.Book.tags: the shop.Book is not in the database "
        "yet - save it first");
  RelatedManager tags(iron, "tags");
  CHECK(thrown([&] { tags.add({iron}); }) ==
        "query.value: shop.Book.tags leads to shop.Tag, not to shop.Book");
}

TEST_CASE("who listens is told what comes and goes") {
  Shop shop(GENERATE(from_range(engines())));
  const Records tags{shop.tag("a"), shop.tag("b")};
  const RecordPtr iron = shop.book("1");
  ModelSignals signals;
  std::string diary;
  signals.m2m_changed.connect([&](const ManyToManyEvent& event) {
    diary += std::to_string(static_cast<int>(event.action)) +
             (event.reverse ? "r" : "") + ":" + event.model.label();
    for (const Value& key : event.keys) diary += " " + display(key);
    diary += "; ";
  });
  shop.databases.signals = &signals;
  RelatedManager manager(iron, "tags");
  manager.add({tags[0]});
  manager.set({tags[1]});
  RelatedManager(tags[1], "books").clear();
  CHECK(diary ==
        "0:shop.Tag 1; 1:shop.Tag 1; 2:shop.Tag 1; 3:shop.Tag 1; 0:shop.Tag 2; "
        "1:shop.Tag 2; 4r:shop.Book; 5r:shop.Book; ");
}
