#include "core/pattern.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

using namespace manage;

namespace {

std::string code_of(const char* pattern, const std::string& text) {
  try {
    return Pattern(pattern).search(text) ? "found" : "not found";
  } catch (const Error& error) {
    return error.code();
  }
}

}  // namespace

TEST_CASE("a pattern is found anywhere, by characters and not by bytes") {
  CHECK(code_of("b+c", "aabbc") == "found");
  CHECK(code_of("^b", "ab") == "not found");
  CHECK(code_of("^.$", "é") == "found");
  CHECK(code_of("(?i)É", "é") == "found");
  CHECK(code_of("", "") == "found");
}

TEST_CASE("a wrong pattern is an error, one that takes for ever too") {
  CHECK(code_of("(a", "a") == "pattern.syntax");
  CHECK(code_of("(a+)+$", std::string(40, 'a') + "b") == "pattern.limit");
  CHECK(code_of("a", "\xff") == "pattern.text");
}
