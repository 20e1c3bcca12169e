// Which database is asked, and how long its connection is kept.
#include <catch2/catch.hpp>

#include "orm/atomic.hpp"
#include "orm/connections.hpp"
#include "orm/writing/related_manager.hpp"
#include "shop_tables.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

/// Books are written to "main" and read from two replicas, which never learn of
/// it here; everything else is in "default".
class Routed {
 public:
  explicit Routed(Engine engine)
      : here_(engine), main_(engine), one_(engine), two_(engine) {
    settings::Route route;
    route.models = {"shop.book"};
    route.read = {"one", "two"};
    route.write = "main";
    databases.routes = settings::Routes({route});
    for (const auto& [alias, shop] : shops_) {
      run(*shop->connection,
          "INSERT INTO shop_author (name) VALUES ('" + alias + "')");
    }
    for (const char* alias : {"one", "two"}) {
      const Databases here(*shops_.at(alias)->connection);
      Manager(shop(), shop().get("Book"), here)
          .create({{"isbn", std::string(alias)}});
    }
  }

  Manager books() const { return {shop(), shop().get("Book"), databases}; }
  QuerySet all(const char* model) const { return {shop(), shop().get(model)}; }
  std::string isbn() const {
    return display(all("Book").first(databases)->get("isbn"));
  }
  Connection& connection(const char* alias) const {
    return *shops_.at(alias)->connection;
  }

 private:
  ShopTables here_, main_, one_, two_;
  std::map<std::string, ShopTables*> shops_{
      {"default", &here_}, {"main", &main_}, {"one", &one_}, {"two", &two_}};

 public:
  Databases databases{[this](const std::string& alias) -> Connection& {
    return *shops_.at(alias)->connection;
  }};
};

}  // namespace

TEST_CASE("replicas are read in turn, the primary is written to") {
  const Routed routed(GENERATE(from_range(engines())));
  CHECK(routed.isbn() == "one");
  CHECK(routed.isbn() == "two");
  CHECK(routed.isbn() == "one");
  const RecordPtr book = routed.books().create({{"isbn", text_of("new")}});
  CHECK(book->alias() == "main");
  CHECK(routed.isbn() == "two");
  CHECK(display(routed.all("Author").first(routed.databases)->get("name")) ==
        "default");
  CHECK(display(routed.all("Book")
                    .using_database("main")
                    .first(routed.databases)
                    ->get("isbn")) == "new");
}

TEST_CASE("what a block has written it reads where it is") {
  const Routed routed(GENERATE(from_range(engines())));
  atomic(routed.connection("main"), [&] {
    CHECK(routed.isbn() == "one");
    routed.books().create({{"isbn", text_of("new")}});
    CHECK(routed.isbn() == "new");
    CHECK(routed.isbn() == "new");
  });
  CHECK(routed.isbn() == "two");
}

TEST_CASE("a record of a replica is saved and deleted in the primary") {
  const Routed routed(GENERATE(from_range(engines())));
  const RecordPtr book = routed.all("Book").first(routed.databases);
  CHECK(book->alias() == "one");
  book->set("title", text_of("changed"));
  save(*book);
  CHECK(book->alias() == "main");
  CHECK(routed.all("Book").count(routed.connection("main")) == 1);
  CHECK(update(routed.all("Book"), {{"stock", number(3)}}, routed.databases) ==
        1);
  CHECK(remove(routed.all("Book"), routed.databases).total == 1);
  CHECK(routed.all("Book").count(routed.connection("one")) == 1);
}

TEST_CASE("what a relation has is looked up where it is written") {
  const Routed routed(Engine::kSqlite);
  run(routed.connection("main"),
      "INSERT INTO shop_tag (word) VALUES ('x'), ('y')");
  const RecordPtr book = routed.books().create({{"isbn", text_of("1")}});
  const QuerySet tags(shop(), shop().get("Tag"));
  const Records both = tags.using_database("main").records(routed.databases);
  RelatedManager manager(book, "tags");
  manager.add({both[0]});
  manager.set({both[1]});
  CHECK(routed.all("Book_tags").count(routed.connection("default")) == 0);
  CHECK(routed.all("Book_tags").count(routed.connection("main")) == 1);
}

TEST_CASE("records of two databases are not related") {
  const Routed routed(Engine::kSqlite);
  const RecordPtr book = routed.all("Book").first(routed.databases);
  const RecordPtr ann = routed.all("Author").first(routed.databases);
  CHECK(thrown([&] { book->set_related("author", ann); }) ==
        "query.value: shop.Book.author: the records are in two databases, one "
        "and default");
  RelatedManager books(ann, "books");
  CHECK(thrown([&] {
          books.add({book});
        }).starts_with("query.value: shop.Author.books: the records are"));
  const RecordPtr other = routed.all("Book").first(routed.databases);
  CHECK(routed.databases.allows_relation(book->alias(), other->alias()));
}

namespace {

settings::Settings settings_of(const TestDatabase& database, double age) {
  settings::Settings made;
  made.databases = {database.config};
  made.databases.front().alias = "default";
  made.databases.front().conn_max_age = age;
  return made;
}

/// A clock that is set by hand, and how often a connection was opened.
class Kept {
 public:
  Kept(Engine engine, double age)
      : database_(engine),
        settings_(settings_of(database_, age)),
        connections(
            settings_,
            [this](const settings::DatabaseConfig& config) {
              ++opened;
              return connect(config);
            },
            [this] { return Connections::Moment(std::chrono::seconds(now)); }) {
  }

  void work() {
    connections.get("default").query("SELECT 1");
    connections.end_work();
  }

 private:
  TestDatabase database_;
  settings::Settings settings_;

 public:
  int opened = 0;
  int now = 0;
  Connections connections;
};

}  // namespace

TEST_CASE("connections are kept for conn_max_age seconds") {
  const Engine engine = GENERATE(from_range(engines()));
  Kept never(engine, 0);
  never.work();
  never.work();
  CHECK(never.opened == 2);
  Kept some(engine, 60);
  some.work();
  some.now = 59;
  some.work();
  CHECK(some.opened == 1);
  some.now = 60;
  some.work();
  some.work();
  CHECK(some.opened == 2);
  Kept always(engine, -1);
  always.work();
  always.now = 1'000'000;
  always.work();
  CHECK(always.opened == 1);
}

TEST_CASE("a connection that the server ended is opened anew") {
  if (!has_postgresql()) return;
  Kept kept(Engine::kPostgresql, -1);
  Connection& first = kept.connections.get("default");
  const Value pid = first.query("SELECT pg_backend_pid()").rows[0][0];
  kept.connections.end_work();
  TestDatabase other(Engine::kPostgresql);
  other.open()->query("SELECT pg_terminate_backend(" + display(pid) + ")");
  kept.work();
  CHECK(kept.opened == 2);
}

TEST_CASE("work that ends in the middle of a transaction is rolled back") {
  Kept kept(GENERATE(from_range(engines())), -1);
  Connection& connection = kept.connections.get("default");
  connection.execute("CREATE TABLE t (id integer)");
  connection.begin();
  connection.execute("INSERT INTO t VALUES (1)");
  kept.connections.end_work();
  CHECK(kept.connections.get("default").query("SELECT * FROM t").rows.empty());
  CHECK(kept.opened == 1);
}
