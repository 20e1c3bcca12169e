#include "core/parallel.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <vector>

using namespace manage;

TEST_CASE("every piece is done exactly once") {
  for (std::size_t count : {0u, 1u, 3u, 500u}) {
    std::vector<std::atomic<int>> done(count);
    parallel_for(count, [&](std::size_t i) { ++done[i]; });
    for (const auto& times : done) CHECK(times == 1);
  }
}

TEST_CASE("the first failure is thrown, and the rest is done nevertheless") {
  std::atomic<int> done = 0;
  try {
    parallel_for(100, [&](std::size_t i) {
      ++done;
      if (i % 10 == 7) throw std::runtime_error(std::to_string(i));
    });
    FAIL("nothing was thrown");
  } catch (const std::runtime_error& error) {
    CHECK(std::string(error.what()) == "7");
  }
  CHECK(done == 100);
}
