#include "loaders/seen_keys.hpp"

#include <catch2/catch.hpp>

#include "loaders/value_key.hpp"

using namespace manage;
using namespace manage::loaders;

TEST_CASE("a key is found again, in memory and in the temporary file") {
  SeenKeys seen(100);
  constexpr std::uint64_t kKeys = 5000;
  for (std::uint64_t i = 1; i <= kKeys; ++i) {
    REQUIRE_FALSE(seen.add("key" + std::to_string(i), {3, i}));
  }
  for (std::uint64_t i = 1; i <= kKeys; ++i) {
    auto found = seen.add("key" + std::to_string(i), {4, i + kKeys});
    INFO(i);
    REQUIRE(found);
    REQUIRE(found->file == 3);
    REQUIRE(found->line == i);
  }
}

TEST_CASE("equal values have equal keys, others have not") {
  auto decimal = [](const char* text) {
    return value_key(*Decimal::parse(text));
  };
  CHECK(decimal("1.5") == decimal("1.50"));
  CHECK(decimal("100") == decimal("100.00"));
  CHECK(decimal("100") != decimal("1"));
  CHECK(value_key(0.0) == value_key(-0.0));
  CHECK(value_key(std::int64_t{1}) != value_key(true));
  CHECK(value_key(std::string("1")) != value_key(std::int64_t{1}));
  std::string ab, ba;
  append_key(ab, std::string("a"));
  append_key(ab, std::string("bc"));
  append_key(ba, std::string("ab"));
  append_key(ba, std::string("c"));
  CHECK(ab != ba);
}
