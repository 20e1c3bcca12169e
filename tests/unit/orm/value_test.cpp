#include "orm/value.hpp"

#include <catch2/catch.hpp>

using namespace manage;
using namespace manage::orm;

TEST_CASE("values are displayed as people read them") {
  CHECK(display(Null{}) == "NULL");
  CHECK(display(true) == "true");
  CHECK(display(false) == "false");
  CHECK(display(std::int64_t{-42}) == "-42");
  CHECK(display(2.0) == "2.0");
  CHECK(display(-0.5) == "-0.5");
  CHECK(display(1e300) == "1e+300");
  CHECK(display(std::string("it's")) == "it's");
  CHECK(display(*Decimal::parse("1.50")) == "1.50");
  CHECK(display(Date{2026, 1, 31}) == "2026-01-31");
  CHECK(display(*Time::parse("12:30")) == "12:30:00");
  CHECK(display(*DateTime::parse("2026-01-31 12:30")) == "2026-01-31 12:30:00");
  CHECK(display(*Duration::parse("4 01:15:20")) == "4 01:15:20");
  CHECK(display(Json{"{\"a\":1}"}) == "{\"a\":1}");
  CHECK(display(Bytes{std::string("\0\xff", 2)}) == "\\x00ff");
}

TEST_CASE("a UUID is read with its dashes or without") {
  const std::string dashed = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
  const std::string plain = "f47ac10b58cc4372a5670e02b2c3d479";
  REQUIRE(parse_uuid(dashed));
  CHECK(parse_uuid(dashed) == parse_uuid(plain));
  CHECK(parse_uuid("F47AC10B-58CC-4372-A567-0E02B2C3D479") ==
        parse_uuid(plain));
  CHECK(uuid_text(*parse_uuid(plain)) == dashed);
  CHECK(uuid_hex(*parse_uuid(dashed)) == plain);
  CHECK(display(*parse_uuid(plain)) == dashed);
}

TEST_CASE("what is not a UUID is refused") {
  for (const char* text :
       {"", "f47ac10b58cc4372a5670e02b2c3d47",
        "f47ac10b58cc4372a5670e02b2c3d4790", "g47ac10b58cc4372a5670e02b2c3d479",
        "f47ac10b58-cc-4372-a567-0e02b2c3d479",
        "{f47ac10b-58cc-4372-a567-0e02b2c3d479}",
        "f47ac10b-58cc4372-a567-0e02b2c3d479",
        "f47ac10b-58cc-4372-a567-0e02b2c3d47-"}) {
    INFO(text);
    CHECK_FALSE(parse_uuid(text));
  }
}

TEST_CASE("hexadecimal text reads back") {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  CHECK(parse_hex(hex_text(bytes)) == bytes);
  CHECK(hex_text("\x0a\xff") == "0aff");
  CHECK(parse_hex("0AFF") == "\x0a\xff");
  CHECK(parse_hex("") == "");
  CHECK_FALSE(parse_hex("0"));
  CHECK_FALSE(parse_hex("0g"));
}
