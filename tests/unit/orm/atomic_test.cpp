// Blocks, savepoints and what waits for a commit, as Django's documentation of
// transactions states them.
#include "orm/atomic.hpp"

#include <catch2/catch.hpp>

#include "shop_tables.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

/// Tags by their words, and a diary of what happened.
class Tags {
 public:
  explicit Tags(Engine engine) : shop(engine), manager(shop.of("Tag")) {}

  void add(const char* word) { manager.create({{"word", text_of(word)}}); }
  std::string words() { return shop.rows("Tag", {"word"}); }
  void on_commit(const std::string& what, OnCommitOptions options = {}) {
    orm::on_commit(
        *shop.connection, [this, what] { diary += what + " "; }, options);
  }

  ShopTables shop;
  Manager manager;
  std::string diary;
};

struct Stop {};

/// `work`, and then an exception that is caught outside.
void fails(Connection& connection, const std::function<void()>& work) {
  try {
    atomic(connection, [&] {
      work();
      throw Stop();
    });
  } catch (const Stop&) {
  }
}

}  // namespace

TEST_CASE("a block happens as a whole or not at all") {
  Tags tags(GENERATE(from_range(engines())));
  Connection& connection = *tags.shop.connection;
  atomic(connection, [&] {
    tags.add("a");
    tags.add("b");
  });
  fails(connection, [&] { tags.add("c"); });
  CHECK(tags.words() == "a, b");
  CHECK_FALSE(connection.in_transaction());
}

TEST_CASE("blocks inside are savepoints") {
  Tags tags(GENERATE(from_range(engines())));
  Connection& connection = *tags.shop.connection;
  atomic(connection, [&] {
    tags.add("a");
    fails(connection, [&] {
      tags.add("b");
      atomic(connection, [&] { tags.add("c"); });
    });
    atomic(connection, [&] { tags.add("d"); });
  });
  CHECK(tags.words() == "a, d");
}

TEST_CASE("an error is caught around a block, not within it") {
  Tags tags(GENERATE(from_range(engines())));
  Connection& connection = *tags.shop.connection;
  tags.add("a");
  atomic(connection, [&] {
    CHECK(thrown([&] {
            atomic(connection, [&] { tags.add("a"); });
          }).starts_with("database.unique"));
    tags.add("b");
  });
  CHECK(tags.words() == "a, b");
  const auto inside = [&] {
    CHECK(thrown([&] { tags.add("a"); }).starts_with("database.unique"));
    CHECK(thrown([&] { tags.add("c"); }) ==
          "transaction.broken: a statement failed in this atomic block: "
          "nothing more can be asked until it ends - catch errors around an "
          "atomic block inside, not within it");
    CHECK(thrown([&] { tags.words(); }).starts_with("transaction.broken"));
  };
  CHECK(thrown([&] { atomic(connection, inside); }) ==
        "transaction.broken: a statement failed in this block: it is rolled "
        "back - catch errors around an atomic block inside, not within it");
  CHECK(tags.words() == "a, b");
}

TEST_CASE("a block without a savepoint breaks the one around it") {
  Tags tags(GENERATE(from_range(engines())));
  Connection& connection = *tags.shop.connection;
  const auto work = [&] {
    tags.add("a");
    try {
      Atomic inner(connection, {.savepoint = false});
      tags.add("b");
      throw Stop();
    } catch (const Stop&) {
      CHECK(get_rollback(connection));
    }
  };
  CHECK(thrown([&] {
          atomic(connection, work);
        }).starts_with("transaction.broken"));
  CHECK(tags.words().empty());
}

TEST_CASE("an error within a transaction of another kind is over with it") {
  Tags tags(GENERATE(from_range(engines())));
  Connection& connection = *tags.shop.connection;
  tags.add("a");
  {
    Transaction around(connection);
    CHECK(thrown([&] {
            tags.manager.bulk_create(
                {tags.manager.make({{"word", text_of("a")}})});
          }).starts_with("database.unique"));
    tags.add("b");
    around.commit();
  }
  tags.add("c");
  CHECK(tags.words() == "a, b, c");
}

TEST_CASE("an unwanted block stays so through those inside") {
  Tags tags(GENERATE(from_range(engines())));
  Connection& connection = *tags.shop.connection;
  atomic(connection, [&] {
    set_rollback(connection, true);
    tags.shop.of("Restaurant").create({{"name", text_of("Inn")}});
  });
  CHECK(tags.shop.rows("Place", {"name"}).empty());
}

TEST_CASE("a block can be told to roll back") {
  Tags tags(GENERATE(from_range(engines())));
  Connection& connection = *tags.shop.connection;
  atomic(connection, [&] {
    tags.add("a");
    set_rollback(connection, true);
  });
  CHECK(tags.words().empty());
  CHECK(thrown([&] {
          set_rollback(connection, true);
        }).starts_with("transaction.broken"));
}

TEST_CASE("a durable block is the outermost one") {
  Tags tags(GENERATE(from_range(engines())));
  Connection& connection = *tags.shop.connection;
  const auto durable = [&] {
    atomic(connection, [&] { tags.add("a"); }, {.durable = true});
  };
  durable();
  CHECK(tags.words() == "a");
  CHECK(thrown([&] { atomic(connection, durable); }) ==
        "transaction.durable: a durable block cannot be within another block "
        "- what it did could still be rolled back by the outer one");
  CHECK_FALSE(connection.in_transaction());
}

TEST_CASE("what waits for a commit runs after it, in order") {
  Tags tags(GENERATE(from_range(engines())));
  Connection& connection = *tags.shop.connection;
  tags.on_commit("at-once");
  CHECK(tags.diary == "at-once ");
  atomic(connection, [&] {
    tags.on_commit("first");
    atomic(connection, [&] { tags.on_commit("second"); });
    fails(connection, [&] {
      tags.on_commit("never");
      atomic(connection, [&] { tags.on_commit("never"); });
    });
    tags.on_commit("third");
    CHECK(tags.diary == "at-once ");
  });
  CHECK(tags.diary == "at-once first second third ");
  fails(connection, [&] { tags.on_commit("never"); });
  atomic(connection, [] {});
  CHECK(tags.diary == "at-once first second third ");
}

TEST_CASE("what runs after a commit is in no transaction, and may write") {
  Tags tags(GENERATE(from_range(engines())));
  Connection& connection = *tags.shop.connection;
  atomic(connection, [&] {
    on_commit(connection, [&] {
      CHECK_FALSE(connection.in_transaction());
      atomic(connection, [&] {
        tags.add("late");
        tags.on_commit("later");
      });
    });
  });
  CHECK(tags.words() == "late");
  CHECK(tags.diary == "later ");
}

TEST_CASE("an error after the commit stops the rest, unless it is robust") {
  Tags tags(GENERATE(from_range(engines())));
  Connection& connection = *tags.shop.connection;
  const auto failing = [] { throw Error("test.failed", "no"); };
  std::string told;
  atomic(connection, [&] {
    tags.add("a");
    on_commit(connection, failing,
              {.robust = true,
               .report = [&](const Error& error) { told = error.code(); }});
    tags.on_commit("second");
  });
  CHECK(told == "test.failed");
  CHECK(tags.diary == "second ");
  const auto work = [&] {
    tags.add("b");
    on_commit(connection, failing);
    tags.on_commit("third");
  };
  CHECK(thrown([&] { atomic(connection, work); }) == "test.failed: no");
  CHECK(tags.diary == "second ");
  CHECK(tags.words() == "a, b");
}

TEST_CASE("a block within a transaction of another kind is a savepoint") {
  Tags tags(GENERATE(from_range(engines())));
  Connection& connection = *tags.shop.connection;
  {
    Transaction around(connection);
    atomic(connection, [&] { tags.add("a"); });
    fails(connection, [&] { tags.add("b"); });
    tags.on_commit("done");
    CHECK(tags.diary.empty());
    around.commit();
  }
  CHECK(tags.diary == "done ");
  CHECK(tags.words() == "a");
}
