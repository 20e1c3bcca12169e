#include "core/calendar.hpp"

#include <catch2/catch.hpp>

using namespace manage;
using namespace manage::calendar;

namespace {

Local at(const char* text) { return split(*DateTime::parse(text)); }

std::string cut(const char* part, const char* text) {
  return join(*trunc(part, at(text))).text();
}

}  // namespace

TEST_CASE("parts of a moment are those of the calendar on the wall") {
  const Local moment = at("2021-01-03 23:05:59.999999");  // a Sunday
  CHECK(extract("year", moment) == 2021);
  CHECK(extract("isoyear", moment) == 2020);
  CHECK(extract("week", moment) == 53);
  CHECK(extract("quarter", moment) == 1);
  CHECK(extract("weekday", moment) == 1);
  CHECK(extract("isoweekday", moment) == 7);
  CHECK(extract("hour", moment) == 23);
  CHECK(extract("minute", moment) == 5);
  CHECK(extract("second", moment) == 59);
  CHECK(extract("week", at("2018-12-31 00:00:00")) == 1);
  CHECK(extract("isoyear", at("2018-12-31 00:00:00")) == 2019);
  CHECK(extract("weekday", at("1969-12-31 00:00:00")) == 4);
  CHECK_FALSE(extract("century", moment));
}

TEST_CASE("a part begins where the calendar says") {
  const char* moment = "2021-08-04 23:05:59.999999";  // a Wednesday
  CHECK(cut("year", moment) == "2021-01-01 00:00:00");
  CHECK(cut("quarter", moment) == "2021-07-01 00:00:00");
  CHECK(cut("month", moment) == "2021-08-01 00:00:00");
  CHECK(cut("week", moment) == "2021-08-02 00:00:00");
  CHECK(cut("day", moment) == "2021-08-04 00:00:00");
  CHECK(cut("hour", moment) == "2021-08-04 23:00:00");
  CHECK(cut("minute", moment) == "2021-08-04 23:05:00");
  CHECK(cut("second", moment) == "2021-08-04 23:05:59");
  CHECK(cut("day", "1969-12-31 12:00:00") == "1969-12-31 00:00:00");
  CHECK_FALSE(trunc("century", at(moment)));
}
