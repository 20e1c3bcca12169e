#include "migrations_engine/graph.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "histories.hpp"

using namespace manage::migrations_engine;

namespace {

/// A graph from lines "child <- parent".
MigrationGraph graph(
    const std::vector<std::pair<std::string, std::string>>& edges) {
  MigrationGraph made;
  auto add = [&](const std::string& name) {
    if (made.contains(key(name))) return;
    auto migration = std::make_shared<Migration>();
    migration->key = key(name);
    made.add(migration);
  };
  for (const auto& [child, parent] : edges) {
    add(child);
    add(parent);
    made.add_dependency(key(child), key(parent));
  }
  return made;
}

}  // namespace

// a.1 <- a.2 <- a.3 <---+
//         ^             |
//         +--- b.1 <- b.2
TEST_CASE("a plan holds everything that is needed, each once and in order") {
  MigrationGraph two_apps = graph({{"a.2", "a.1"},
                                   {"a.3", "a.2"},
                                   {"b.1", "a.2"},
                                   {"b.2", "b.1"},
                                   {"b.2", "a.3"}});
  CHECK(texts(two_apps.forwards_plan(key("a.2"))) == Texts{"a.1", "a.2"});
  CHECK(texts(two_apps.forwards_plan(key("b.2"))) ==
        Texts{"a.1", "a.2", "b.1", "a.3", "b.2"});
  CHECK(texts(two_apps.backwards_plan(key("a.2"))) ==
        Texts{"b.2", "b.1", "a.3", "a.2"});
  CHECK(texts(two_apps.leaves()) == Texts{"a.3", "b.2"});
  CHECK(texts(two_apps.roots("a")) == Texts{"a.1"});
  CHECK(texts(two_apps.roots("b")) == Texts{"b.1"});
  CHECK(texts(two_apps.full_plan()) ==
        Texts{"a.1", "a.2", "a.3", "b.1", "b.2"});
}

TEST_CASE("a circle is reported with its path") {
  MigrationGraph circle =
      graph({{"a.2", "a.1"}, {"b.1", "a.2"}, {"a.1", "b.1"}});
  try {
    circle.ensure_no_cycles();
    FAIL("no error");
  } catch (const manage::Error& error) {
    CHECK(error.code() == "migrations.cycle");
    CHECK(error.message() ==
          "the migrations depend on each other in a circle: "
          "a.1 -> b.1 -> a.2 -> a.1");
  }
}

TEST_CASE("a long history does not use up the stack") {
  std::vector<std::pair<std::string, std::string>> edges;
  for (int i = 1; i < 100'000; ++i) {
    edges.push_back({fmt::format("a.{:06}", i), fmt::format("a.{:06}", i - 1)});
  }
  MigrationGraph chain = graph(edges);
  chain.ensure_no_cycles();
  CHECK(chain.forwards_plan(key("a.099999")).size() == 100'000);
}

TEST_CASE("a squashed migration takes the place of what it replaces") {
  // a.1 <- a.2 <- a.3 <- a.4, b.1 <- a.2, a.3 <- c.1
  MigrationGraph made = graph({{"a.2", "a.1"},
                               {"a.3", "a.2"},
                               {"a.4", "a.3"},
                               {"a.2", "b.1"},
                               {"c.1", "a.3"},
                               {"a.s", "b.1"}});
  SECTION("their neighbours become its own") {
    made.replace(key("a.s"), {key("a.1"), key("a.2"), key("a.3")});
    CHECK(texts(made.keys()) == Texts{"a.4", "a.s", "b.1", "c.1"});
    CHECK(texts(made.parents(key("a.s"))) == Texts{"b.1"});
    CHECK(texts(made.children(key("a.s"))) == Texts{"a.4", "c.1"});
    CHECK(texts(made.forwards_plan(key("c.1"))) == Texts{"b.1", "a.s", "c.1"});
    CHECK(texts(made.leaves("a")) == Texts{"a.4"});
  }
  SECTION("also when some of them have no file any more") {
    made.replace(key("a.s"), {key("a.0"), key("a.1"), key("a.2"), key("a.3")});
    CHECK(texts(made.roots("a")) == Texts{"a.s"});
  }
  SECTION("left out, it hands its children to the last of them") {
    made.add_dependency(key("c.1"), key("a.s"));
    made.leave_out(key("a.s"), {key("a.1"), key("a.2")});
    CHECK(texts(made.parents(key("c.1"))) == Texts{"a.2", "a.3"});
    CHECK_FALSE(made.contains(key("a.s")));
  }
}

TEST_CASE("a migration without a file is remembered as absent") {
  MigrationGraph made = graph({{"a.2", "a.1"}, {"b.t", "b.s"}});
  made.add_absent(key("b.1"));
  made.add_dependency(key("a.2"), key("b.1"));
  CHECK(texts(made.absent()) == Texts{"b.1"});
  made.replace(key("b.s"), {key("b.1")});
  CHECK(made.absent().empty());
  CHECK(texts(made.parents(key("a.2"))) == Texts{"a.1", "b.s"});
}
