// update(), get_or_create(), update_or_create(), bulk_create(), bulk_update().
#include "orm/writing/updating.hpp"

#include <catch2/catch.hpp>

#include "shop_tables.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

ExprPtr plus(const char* field, std::int64_t by) {
  return call("+", {f(field), value(by)});
}

class Books {
 public:
  explicit Books(Engine engine) : shop(engine), manager(shop.of("Book")) {
    ann = shop.of("Author").create({{"name", text_of("Ann")}});
    for (const char* isbn : {"1", "2", "3"}) {
      manager.create({{"isbn", text_of(isbn)},
                      {"author", isbn[0] == '3' ? RecordPtr() : ann}});
    }
    shop.log.clear();
  }

  std::int64_t update(const QuerySet& rows, const GivenList& given) const {
    return orm::update(rows, given, shop.databases);
  }
  QuerySet all() const { return shop.all("Book"); }

  ShopTables shop;
  Manager manager;
  RecordPtr ann;
};

}  // namespace

TEST_CASE("rows are updated in one statement") {
  Books books(GENERATE(from_range(engines())));
  CHECK(books.update(
            books.all().filter(Q("isbn", text_of("1"))),
            {{"stock", plus("stock", 5)}, {"title", text_of("new")}}) == 1);
  CHECK(books.update(books.all(), {{"stock", plus("stock", 1)}}) == 3);
  CHECK(books.shop.log.size() == 2);
  CHECK(books.shop.rows("Book", {"title", "stock"}) ==
        "new 6, untitled 1, untitled 1");
  CHECK(books.update(books.all().filter(Q("author__name", text_of("Ann"))),
                     {{"author", RecordPtr()}}) == 2);
  CHECK(books.shop.rows("Book", {"author_id"}) == "NULL, NULL, NULL");
  CHECK(books.update(books.all().none(), {{"stock", number(9)}}) == 0);
}

TEST_CASE("what may be updated is said") {
  Books books(GENERATE(from_range(engines())));
  const auto refused = [&](const QuerySet& rows, const GivenList& given) {
    return thrown([&] { books.update(rows, given); });
  };
  const GivenList some{{"stock", number(1)}};
  CHECK(refused(books.all().slice(0, 1), some).starts_with("query.sliced"));
  CHECK(refused(books.all().union_with({books.all()}), some)
            .starts_with("query.combined"));
  CHECK(refused(books.all(), {{"stok", number(1)}}) ==
        "query.field: shop.Book has no column stok to update - did you mean "
        "stock?");
  CHECK(
      refused(books.all(), {{"double", number(1)}}).starts_with("query.field"));
  CHECK(refused(books.all(), {{"stock", 1.5}}).starts_with("query.value"));
  CHECK(refused(books.all(), {{"title", f("author__name")}})
            .starts_with("query.expression: the new value of title is of"));
  CHECK(refused(books.all(),
                {{"stock", make_expr(AggregateExpr{"Max", {f("stock")}})}})
            .starts_with("query.expression: the new value of shop.Book.stock"));
}

TEST_CASE("a subquery brings values of other tables") {
  Books books(GENERATE(from_range(engines())));
  const QuerySet authors = books.shop.all("Author")
                               .filter(Q("pk", outer_ref("author_id")))
                               .values({"name"});
  books.update(books.all().filter(Q("author__isnull", Value(false))),
               {{"title", authors.subquery()}});
  CHECK(books.shop.rows("Book", {"title"}) == "Ann, Ann, untitled");
}

TEST_CASE("fields of a parent's table are updated there") {
  ShopTables shop(GENERATE(from_range(engines())));
  for (const char* name : {"Inn", "Bar"}) {
    shop.of("Restaurant").create({{"name", text_of(name)}});
  }
  shop.of("Place").create({{"name", text_of("Park")}});
  CHECK(update(shop.all("Restaurant").filter(Q("name", text_of("Inn"))),
               {{"name", text_of("Tavern")}, {"stars", number(5)}},
               shop.databases) == 1);
  CHECK(update(shop.all("Restaurant"), {{"name", call("Upper", {f("name")})}},
               shop.databases) == 2);
  CHECK(shop.rows("Restaurant", {"name", "stars"}) == "TAVERN 5, BAR 0");
  CHECK(shop.rows("Place", {"name"}) == "TAVERN, BAR, Park");
}

TEST_CASE("get_or_create() finds, else makes") {
  ShopTables shop(GENERATE(from_range(engines())));
  const Manager tags = shop.of("Author");
  const auto [ann, made] =
      tags.get_or_create({{"name", text_of("Ann")}}, {{"born", number(1950)}});
  CHECK(made);
  const auto [same, again] =
      tags.get_or_create({{"name", text_of("Ann")}}, {{"born", number(1)}});
  CHECK_FALSE(again);
  CHECK(same->key() == ann->key());
  // A lookup says which one is meant; the new one has the defaults.
  const auto [ben, fresh] = tags.get_or_create(
      {{"name__iexact", text_of("ben")}}, {{"name", text_of("Ben")}});
  CHECK(fresh);
  tags.create({{"name", text_of("Ben")}});
  CHECK(thrown([&] {
          tags.get_or_create({{"name", text_of("Ben")}});
        }).starts_with("query.several"));
}

TEST_CASE("update_or_create() changes, else makes") {
  ShopTables shop(GENERATE(from_range(engines())));
  const Manager authors = shop.of("Author");
  const GivenList ann{{"name", text_of("Ann")}};
  CHECK(authors.update_or_create(ann, {{"born", number(1)}}).second);
  CHECK_FALSE(authors.update_or_create(ann, {{"born", number(2)}}).second);
  CHECK(shop.rows("Author", {"name", "born"}) == "Ann 2");
  authors.update_or_create({{"name", text_of("Ben")}}, {{"born", number(3)}},
                           GivenList{{"born", number(4)}});
  CHECK(shop.rows("Author", {"name", "born"}) == "Ann 2, Ben 4");
}

TEST_CASE("a row that another one made meanwhile is found") {
  ShopTables shop(GENERATE(from_range(engines())));
  const auto other = shop.open();
  const Manager tags = shop.of("Tag");
  run(*other, "INSERT INTO shop_tag (word) VALUES ('a')");
  // The condition does not find it, the constraint does.
  CHECK(thrown([&] {
          tags.get_or_create({{"word__startswith", text_of("b")}},
                             {{"word", text_of("a")}});
        }).starts_with("database.unique"));
  CHECK_FALSE(tags.get_or_create({{"word", text_of("a")}}).second);
}

TEST_CASE("many records are inserted at once, and know their keys") {
  Books books(GENERATE(from_range(engines())));
  const Manager tags = books.shop.of("Tag");
  const auto some = [&](int from, int count) {
    Records made;
    for (int i = from; i < from + count; ++i) {
      made.push_back(tags.make({{"word", std::to_string(i)}}));
    }
    return made;
  };
  const std::size_t count = GENERATE(3, 1000);
  const Records made = some(0, static_cast<int>(count));
  tags.bulk_create(made);
  CHECK_FALSE(made.front()->adding());
  CHECK(display(made.back()->key()) == std::to_string(count));
  const RecordPtr next = tags.create({{"word", text_of("next")}});
  CHECK(display(next->key()) == std::to_string(count + 1));
  const QuerySet rows = books.shop.all("Tag");
  CHECK(rows.count(*books.shop.connection) ==
        static_cast<std::int64_t>(count) + 1);
  CHECK(
      display(rows.get(Q("word", text_of("2")), books.shop.databases)->key()) ==
      "3");
  // All or nothing.
  Records doubled = some(5000, static_cast<int>(count));
  doubled.push_back(tags.make({{"word", text_of("1")}}));
  CHECK(thrown([&] {
          tags.bulk_create(doubled);
        }).starts_with("database.unique"));
  CHECK(rows.count(*books.shop.connection) ==
        static_cast<std::int64_t>(count) + 1);
}

TEST_CASE("what the database gives is read back from a bulk insert too") {
  Books books(GENERATE(from_range(engines())));
  const Records made{
      books.manager.make({{"isbn", text_of("a")}, {"stock", number(4)}}),
      books.manager.make({{"isbn", text_of("b")}, {"rank", number(1)}}),
      books.manager.make({{"isbn", text_of("c")}, {"id", number(50)}}),
      books.manager.make(
          {{"isbn", text_of("d")},
           {"title", call("Upper", {value(std::string("d"))})}})};
  books.manager.bulk_create(made);
  CHECK(display(made[0]->get("double")) == "8");
  CHECK(display(made[0]->get("rank")) == "7");
  CHECK(display(made[1]->get("rank")) == "1");
  CHECK(display(made[2]->key()) == "50");
  CHECK(display(made[3]->get("title")) == "D");
  for (const RecordPtr& one : made) {
    const RecordPtr there =
        books.all().get(Q("pk", one->key()), books.shop.databases);
    CHECK(display(there->get("isbn")) == display(one->get("isbn")));
  }
}

TEST_CASE("conflicts of a bulk insert are ignored, or update the row") {
  Books books(GENERATE(from_range(engines())));
  const auto some = [&] {
    return Records{books.manager.make({{"isbn", text_of("1")},
                                       {"title", text_of("new")},
                                       {"stock", number(9)}}),
                   books.manager.make({{"isbn", text_of("4")}})};
  };
  CHECK(thrown([&] {
          books.manager.bulk_create(some());
        }).starts_with("database.unique"));
  books.manager.bulk_create(some(), {.ignore_conflicts = true});
  CHECK(books.shop.rows("Book", {"isbn", "title", "stock"}) ==
        "1 untitled 0, 2 untitled 0, 3 untitled 0, 4 untitled 0");
  const BulkCreateOptions update{.update_conflicts = true,
                                 .update_fields = {"title"},
                                 .unique_fields = {"isbn"}};
  const Records again = some();
  books.manager.bulk_create(again, update);
  CHECK(books.shop.rows("Book", {"isbn", "title", "stock"}) ==
        "1 new 0, 2 untitled 0, 3 untitled 0, 4 untitled 0");
  CHECK(display(again.front()->key()) == "1");
  CHECK(thrown([&] {
          books.manager.bulk_create(some(), {.update_conflicts = true});
        }).starts_with("write.options: update_conflicts needs"));
  CHECK(thrown([&] {
          books.manager.bulk_create(
              some(), {.ignore_conflicts = true, .update_conflicts = true});
        }).starts_with("write.options"));
}

TEST_CASE("rows with a key are inserted before those that get one") {
  Books books(GENERATE(from_range(engines())));
  const Manager tags = books.shop.of("Tag");
  const Records made{tags.make({{"word", text_of("a")}}),
                     tags.make({{"word", text_of("b")}, {"id", number(90)}})};
  tags.bulk_create(made);
  CHECK(display(made[1]->key()) == "90");
  const Records twice{tags.make({{"word", text_of("c")}}),
                      tags.make({{"word", text_of("a")}})};
  CHECK(
      thrown([&] { tags.bulk_create(twice); }).starts_with("database.unique"));
  CHECK(is_null(twice.front()->key()));
  const Records computed{
      tags.make({{"word", call("Upper", {value(std::string("d"))})}})};
  CHECK(thrown([&] {
          tags.bulk_create(computed, {.ignore_conflicts = true});
        }).starts_with("write.options: values that the database computes"));
}

TEST_CASE("a model that inherits is not inserted in bulk") {
  ShopTables shop(Engine::kSqlite);
  const Manager inns = shop.of("Restaurant");
  CHECK(thrown([&] {
          inns.bulk_create({inns.make()});
        }).starts_with("write.options: shop.Restaurant has rows in several"));
}

TEST_CASE("many records are updated at once") {
  Books books(GENERATE(from_range(engines())));
  Records all = books.all().order_by({"id"}).records(books.shop.databases);
  all[0]->set("title", text_of("a"));
  all[1]->set("stock", number(5));
  all[1]->set("author_id", Null{});
  all[2]->set("stock", plus("stock", 7));
  all[2]->set("price", text_of("2.50"));
  CHECK(books.manager.bulk_update(all, {"title", "stock", "author", "price"}) ==
        3);
  CHECK(books.shop.rows("Book", {"title", "stock", "author_id", "price"}) ==
        "a 0 1 1.00, untitled 5 NULL 1.00, untitled 7 NULL 2.50");
  CHECK(thrown([&] {
          books.manager.bulk_update(all, {});
        }).starts_with("write.options"));
  CHECK(thrown([&] {
          books.manager.bulk_update(all, {"id"});
        }).starts_with("query.field: shop.Book.id cannot be updated"));
  CHECK(thrown([&] {
          books.manager.bulk_update({books.manager.make()}, {"title"});
        }).starts_with("write.options"));
}

TEST_CASE("a bulk update of inherited fields goes to the parent's table") {
  ShopTables shop(GENERATE(from_range(engines())));
  const Manager inns = shop.of("Restaurant");
  Records all{inns.create({{"name", text_of("Inn")}}),
              inns.create({{"name", text_of("Bar")}})};
  all[0]->set("name", text_of("Tavern"));
  all[1]->set("stars", number(4));
  CHECK(inns.bulk_update(all, {"name", "stars"}) == 2);
  CHECK(shop.rows("Restaurant", {"name", "stars"}) == "Tavern 0, Bar 4");
  all[0]->set("name", call("Upper", {f("name")}));
  CHECK(inns.bulk_update(all, {"name"}) == 2);
  CHECK(display(all[0]->get("name")) == "TAVERN");
  CHECK(shop.rows("Restaurant", {"name", "stars"}) == "TAVERN 0, Bar 4");
  run(*shop.connection, "DELETE FROM shop_restaurant");
  all[1]->set("stars", plus("stars", 1));
  CHECK(inns.bulk_update({all[1]}, {"stars"}) == 0);
}
