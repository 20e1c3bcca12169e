#include "migrations_engine/graph.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

using namespace manage::migrations_engine;

namespace {

MigrationKey key(const std::string& text) {
  std::size_t dot = text.find('.');
  return {text.substr(0, dot), text.substr(dot + 1)};
}

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

std::vector<std::string> texts(const std::vector<MigrationKey>& keys) {
  std::vector<std::string> found;
  for (const MigrationKey& one : keys) found.push_back(one.text());
  return found;
}

using Texts = std::vector<std::string>;

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
