#include "core/text.hpp"

#include <catch2/catch.hpp>

namespace text = manage::text;

TEST_CASE("near names are offered nearest first") {
  std::vector<std::string> names{"migrate", "makemigrations", "showmigrations"};
  CHECK(text::nearest("migate", names) == std::vector<std::string>{"migrate"});
  CHECK(text::nearest("xyz", names).empty());
  CHECK(text::did_you_mean("migrte", names) == "did you mean migrate?");
}

TEST_CASE("invalid UTF-8 is found at its first byte") {
  CHECK_FALSE(text::invalid_utf8("plain and žluťoučký"));
  CHECK(text::invalid_utf8("ab\xFF") == 2u);
  CHECK(text::invalid_utf8("\xC0\xAF") == 0u);          // overlong
  CHECK(text::invalid_utf8("a\xED\xA0\x80") == 1u);     // surrogate
  CHECK(text::invalid_utf8("\xF4\x90\x80\x80") == 0u);  // over U+10FFFF
  CHECK(text::invalid_utf8("\xE2\x82") == 0u);          // cut off
}

TEST_CASE("identifiers are ASCII and do not begin with a digit") {
  for (const char* name : {"shop", "_", "Shop_2"}) {
    CHECK(text::is_identifier(name));
  }
  for (const char* name : {"", "2shop", "my-shop", "a.b", "žluť", "a b"}) {
    CHECK_FALSE(text::is_identifier(name));
  }
}

TEST_CASE("length and prefix count code points") {
  CHECK(text::length("žluť") == 4);
  CHECK(text::prefix("žluť", 2) == "žl");
  CHECK(text::prefix("ab", 5) == "ab");
}

TEST_CASE("digests are MD5") {
  CHECK(text::md5_hex("") == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(text::md5_hex("shop_ordercustomer_id").substr(0, 8) == "f638df20");
}

TEST_CASE("numbers read as people write them") {
  CHECK(text::thousands(0) == "0");
  CHECK(text::thousands(999) == "999");
  CHECK(text::thousands(1234567) == "1,234,567");
  CHECK(text::count(1, "row") == "1 row");
  CHECK(text::count(2, "entry", "entries") == "2 entries");
}
