#include "core/decimal.hpp"

#include <catch2/catch.hpp>
#include <limits>

using manage::Decimal;

namespace {

Decimal decimal(std::string_view text) {
  std::optional<Decimal> parsed = Decimal::parse(text);
  INFO(text);
  REQUIRE(parsed);
  return *parsed;
}

std::string text_of(const std::optional<Decimal>& decimal) {
  return decimal ? decimal->text() : "none";
}

}  // namespace

TEST_CASE("a decimal keeps the digits it was written with") {
  struct {
    const char* written;
    const char* text;
    int whole;
    int scale;
  } const rows[] = {
      {"0", "0", 1, 0},
      {"-0", "0", 1, 0},
      {"0.00", "0.00", 0, 2},
      {"-0.00", "0.00", 0, 2},
      {"1.50", "1.50", 1, 2},
      {"-12.50", "-12.50", 2, 2},
      {"+7", "7", 1, 0},
      {"007.10", "7.10", 1, 2},
      {".5", "0.5", 0, 1},
      {"5.", "5", 1, 0},
      {"0.05", "0.05", 0, 2},
      {"1e3", "1000", 4, 0},
      {"1.5E+2", "150", 3, 0},
      {"1.5e-3", "0.0015", 0, 4},
      {"12.345e1", "123.45", 3, 2},
      {"0e5", "0", 1, 0},
      {"999999999999999999999999999999.99", "999999999999999999999999999999.99",
       30, 2},
  };
  for (const auto& row : rows) {
    INFO(row.written);
    Decimal parsed = decimal(row.written);
    CHECK(parsed.text() == row.text);
    CHECK(parsed.whole_digits() == row.whole);
    CHECK(parsed.scale() == row.scale);
    CHECK(parsed.negative() == (row.text[0] == '-'));
  }
}

TEST_CASE("what is not a decimal is refused") {
  for (const char* text : {"",
                           "+",
                           "-",
                           ".",
                           "e",
                           "1e",
                           "1e+",
                           "1e1.5",
                           " 1",
                           "1 ",
                           "1,5",
                           "1_0",
                           "0x10",
                           "NaN",
                           "nan",
                           "inf",
                           "Infinity",
                           "--1",
                           "+-1",
                           "1.2.3",
                           "1a",
                           "١",
                           "1e99999999999999999999"}) {
    INFO(text);
    CHECK_FALSE(Decimal::parse(text));
  }
  CHECK_FALSE(Decimal::parse(std::string_view("1\0", 2)));
}

TEST_CASE("a short text cannot become a gigabyte of zeros") {
  CHECK_FALSE(Decimal::parse("1e999999999"));
  CHECK_FALSE(Decimal::parse("1e-999999999"));
  CHECK_FALSE(Decimal::parse("1e131073"));
  CHECK_FALSE(Decimal::parse(std::string(200000, '9')));
  CHECK(decimal("1e100").text().size() == 101);
}

TEST_CASE("a scale is changed only without loss") {
  CHECK(text_of(decimal("1.5").with_scale(3)) == "1.500");
  CHECK(text_of(decimal("1.500").with_scale(1)) == "1.5");
  CHECK(text_of(decimal("1.500").with_scale(0)) == "none");
  CHECK(text_of(decimal("2.00").with_scale(0)) == "2");
  CHECK(text_of(decimal("-0.05").with_scale(1)) == "none");
  CHECK(text_of(decimal("0.000").with_scale(1)) == "0.0");
  CHECK(text_of(decimal("0").with_scale(2)) == "0.00");
  CHECK(text_of(decimal("1").with_scale(-1)) == "none");
  CHECK(text_of(decimal("0.001").with_scale(0)) == "none");
}

TEST_CASE("decimals compare by value") {
  const char* ascending[] = {"-1000",  "-2.5",  "-2.49", "-0.001", "0",
                             "0.0009", "0.001", "0.01",  "1",      "1.4999",
                             "1.5",    "2",     "10",    "1e20"};
  for (std::size_t a = 0; a < std::size(ascending); ++a) {
    for (std::size_t b = 0; b < std::size(ascending); ++b) {
      INFO(ascending[a] << " against " << ascending[b]);
      CHECK((decimal(ascending[a]) <=> decimal(ascending[b])) == (a <=> b));
    }
  }
  CHECK(decimal("1.5") == decimal("1.50"));
  CHECK(decimal("0") == decimal("-0.000"));
  CHECK(decimal("-100") == decimal("-1e2"));
  CHECK(decimal("1.5") != decimal("-1.5"));
  CHECK(Decimal() == decimal("0"));
}

TEST_CASE("a decimal of a whole number and a scale") {
  CHECK(Decimal::scaled(150, 2).text() == "1.50");
  CHECK(Decimal::scaled(-7, 2).text() == "-0.07");
  CHECK(Decimal::scaled(0, 2) == *Decimal::parse("0.00"));
  CHECK(Decimal::scaled(0, 0).text() == "0");
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  CHECK(Decimal::scaled(kLeast, 0).text() == "-9223372036854775808");
}
