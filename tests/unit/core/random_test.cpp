#include "core/random.hpp"

#include <catch2/catch.hpp>
#include <cctype>
#include <map>

using manage::random_text;

TEST_CASE("random texts are letters and digits of the length asked for") {
  for (std::size_t length : {0u, 1u, 50u, 1000u}) {
    std::string text = random_text(length);
    CHECK(text.size() == length);
    for (unsigned char c : text) CHECK(std::isalnum(c));
  }
}

TEST_CASE("random texts differ, and use every letter about as often") {
  CHECK(random_text(50) != random_text(50));
  std::map<char, int> seen;
  for (char c : random_text(62'000)) ++seen[c];
  CHECK(seen.size() == 62);
  // 1,000 expected, 31 the standard deviation: eight of it either way.
  for (auto [letter, times] : seen) {
    CHECK(times > 750);
    CHECK(times < 1250);
  }
}
