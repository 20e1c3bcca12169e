#include "migrations_engine/out_of_order.hpp"

#include <catch2/catch.hpp>

#include "histories.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

/// What a run to the end applies out of order in a database that recorded
/// these: "shop.3b after shop.4 (shop/migrations/3b.yaml:1:16)".
Texts found(const History& history, const Texts& recorded) {
  LoadedHistory loaded(history);
  const std::set<MigrationKey> applied = loaded->join(keys(recorded));
  Texts lines;
  for (const OutOfOrder& one : out_of_order(
           *loaded, applied, plan_steps(*loaded, applied, latest(*loaded)))) {
    lines.push_back(one.migration->key.text() + " after " + one.applied.text() +
                    " (" + one.pos.text() + ")");
  }
  return lines;
}

/// A branch 3b was merged below 4.
const History kMerged = {{"shop.1", ""},        {"shop.2", "shop.1"},
                         {"shop.3a", "shop.2"}, {"shop.4", "shop.3a"},
                         {"shop.3b", "shop.2"}, {"shop.5", "shop.3b shop.4"}};

}  // namespace

TEST_CASE("A merged branch below what is applied is out of order") {
  CHECK(found(kMerged, {"shop.1", "shop.2", "shop.3a", "shop.4"}) ==
        Texts{"shop.3b after shop.4 (shop/migrations/3b.yaml:1:16)"});
  CHECK(found(kMerged, {"shop.1", "shop.2", "shop.3b"}) ==
        Texts{"shop.3a after shop.3b (shop/migrations/3a.yaml:1:16)",
              "shop.4 after shop.3b (shop/migrations/4.yaml:1:16)"});
}

TEST_CASE("What only follows is in order") {
  CHECK(found(kMerged, {}).empty());
  CHECK(found(kMerged, {"shop.1", "shop.2"}).empty());
  CHECK(found(kMerged, {"shop.1", "shop.2", "shop.3a", "shop.4", "shop.3b"})
            .empty());
  // Another app's are no reason.
  CHECK(found({{"blog.1", ""}, {"shop.1", ""}, {"shop.2", "shop.1"}},
              {"blog.1", "shop.1"})
            .empty());
}

TEST_CASE("A first migration that another comes before has no dependency") {
  CHECK(found({{"shop.1", ""}, {"shop.0", ""}, {"shop.2", "shop.0 shop.1"}},
              {"shop.1"}) ==
        Texts{"shop.0 after shop.1 (shop/migrations/0.yaml)"});
}

TEST_CASE("Squashed migrations, and rows without files, are no reason") {
  const History squashed = {{"shop.1", ""},
                            {"shop.2", "shop.1"},
                            {"shop.1_squashed_2", "| shop.1 shop.2"},
                            {"shop.3", "shop.2"}};
  CHECK(found(squashed, {"shop.1", "shop.2"}).empty());
  CHECK(found(squashed, {"shop.1", "shop.2", "shop.1_squashed_2"}).empty());
  CHECK(found(squashed, {"shop.1"}).empty());
  CHECK(found(squashed, {"shop.gone"}).empty());
  // The files of the old ones are deleted, their rows are not.
  CHECK(found({{"shop.1_squashed_2", "| shop.1 shop.2"},
               {"shop.3", "shop.1_squashed_2"}},
              {"shop.1", "shop.2", "shop.1_squashed_2"})
            .empty());
}
