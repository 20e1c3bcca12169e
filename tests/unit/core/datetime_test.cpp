#include "core/datetime.hpp"

#include <catch2/catch.hpp>

using manage::Date;
using manage::DateTime;
using manage::Duration;
using manage::Time;

namespace {

/// The text of what was parsed, or "none".
template <class T>
std::string round_trip(std::string_view text) {
  std::optional<T> parsed = T::parse(text);
  return parsed ? parsed->text() : "none";
}

}  // namespace

TEST_CASE("dates are ISO 8601 and exist") {
  CHECK(round_trip<Date>("2026-01-31") == "2026-01-31");
  CHECK(round_trip<Date>("0001-01-01") == "0001-01-01");
  CHECK(round_trip<Date>("9999-12-31") == "9999-12-31");
  CHECK(round_trip<Date>("2024-02-29") == "2024-02-29");
  CHECK(round_trip<Date>("2000-02-29") == "2000-02-29");
  for (const char* text : {"",           "2026-02-30",       "2023-02-29",
                           "1900-02-29", "2026-00-10",       "2026-13-01",
                           "2026-01-00", "2026-04-31",       "0000-01-01",
                           "2026-1-31",  "26-01-31",         "20260131",
                           "2026/01/31", " 2026-01-31",      "2026-01-31 ",
                           "31.01.2026", "2026-01-31T00:00", "-2026-01-31",
                           "+026-01-31", "10000-01-01"}) {
    INFO(text);
    CHECK(round_trip<Date>(text) == "none");
  }
}

TEST_CASE("dates count days from 1970") {
  CHECK(Date{1970, 1, 1}.days() == 0);
  CHECK(Date{1969, 12, 31}.days() == -1);
  CHECK(Date{2000, 3, 1}.days() == 11017);
  CHECK(Date{1, 1, 1}.days() == -719162);
  CHECK(Date{9999, 12, 31}.days() == 2932896);
}

TEST_CASE("every day of the calendar follows the one before") {
  Date date{1, 1, 1};
  const std::int64_t first = date.days();
  const std::int64_t last = Date{9999, 12, 31}.days();
  std::int64_t wrong = 0;
  for (std::int64_t day = first; day <= last; ++day) {
    Date found = Date::from_days(day);
    if (found.days() != day || (day > first && !(date < found)) ||
        Date::parse(found.text()) != found) {
      ++wrong;
    }
    date = found;
  }
  CHECK(wrong == 0);
  CHECK(date == Date{9999, 12, 31});
}

TEST_CASE("times have seconds and microseconds if need be") {
  CHECK(round_trip<Time>("12:30") == "12:30:00");
  CHECK(round_trip<Time>("12:30:15") == "12:30:15");
  CHECK(round_trip<Time>("12:30:15.123456") == "12:30:15.123456");
  CHECK(round_trip<Time>("12:30:15.5") == "12:30:15.500000");
  CHECK(round_trip<Time>("12:30:15.00012") == "12:30:15.000120");
  CHECK(round_trip<Time>("00:00") == "00:00:00");
  CHECK(round_trip<Time>("23:59:59.999999") == "23:59:59.999999");
  CHECK(Time::parse("00:00:00.000001") == Time{1});
  for (const char* text : {"", "12", "12:", "24:00", "12:60", "12:30:60",
                           "12:30:15.", "12:30:15.1234567", "1:30", "12:30:1",
                           "12.30", "12:30Z", " 12:30", "12:30 PM", "-1:30"}) {
    INFO(text);
    CHECK(round_trip<Time>(text) == "none");
  }
}

TEST_CASE("moments are kept in UTC") {
  CHECK(round_trip<DateTime>("2026-01-31 12:30:15") == "2026-01-31 12:30:15");
  CHECK(round_trip<DateTime>("2026-01-31T12:30") == "2026-01-31 12:30:00");
  CHECK(round_trip<DateTime>("2026-01-31T12:30:15.25Z") ==
        "2026-01-31 12:30:15.250000");
  CHECK(round_trip<DateTime>("2026-01-31 00:30+02:00") ==
        "2026-01-30 22:30:00");
  CHECK(round_trip<DateTime>("2026-01-31 00:30+0200") == "2026-01-30 22:30:00");
  CHECK(round_trip<DateTime>("2026-01-31 23:30-01") == "2026-02-01 00:30:00");
  CHECK(round_trip<DateTime>("1969-12-31 23:59:59.999999") ==
        "1969-12-31 23:59:59.999999");
  CHECK(DateTime::parse("1970-01-01 00:00:01") == DateTime{1'000'000});
  CHECK(DateTime::parse("1970-01-01 00:00+00:01") == DateTime{-60'000'000});
  for (const char* text :
       {"", "2026-01-31", "2026-01-31 ", "2026-01-31  12:30",
        "2026-01-31t12:30", "2026-01-31T12", "2026-02-30 12:30",
        "2026-01-31 12:30z", "2026-01-31 12:30 +02:00", "2026-01-31 12:30+2",
        "2026-01-31 12:30+24:00", "2026-01-31 12:30+02:60",
        "2026-01-31 12:30+02:", "2026-01-31 12:30+020",
        "2026-01-31 12:30Z+01:00"}) {
    INFO(text);
    CHECK(round_trip<DateTime>(text) == "none");
  }
}

TEST_CASE("a moment without an offset is at the default offset") {
  CHECK(DateTime::parse("2026-01-31 12:30", 120)->text() ==
        "2026-01-31 10:30:00");
  CHECK(DateTime::parse("2026-01-31 12:30Z", 120)->text() ==
        "2026-01-31 12:30:00");
}

TEST_CASE("moments outside years 1 to 9999 in UTC are refused") {
  CHECK(round_trip<DateTime>("0001-01-01 00:00+01:00") == "none");
  CHECK(round_trip<DateTime>("9999-12-31 23:59-00:01") == "none");
  CHECK(round_trip<DateTime>("9999-12-31 23:59:59.999999") ==
        "9999-12-31 23:59:59.999999");
  CHECK(round_trip<DateTime>("0001-01-01 00:00") == "0001-01-01 00:00:00");
}

TEST_CASE("durations are read in Django's forms") {
  struct {
    const char* written;
    const char* text;
  } const rows[] = {
      {"30", "00:00:30"},
      {"15:30", "00:15:30"},
      {"10:15:30", "10:15:30"},
      {"10:15:30.5", "10:15:30.500000"},
      {"90:00:00", "3 18:00:00"},
      {"4 15:30", "4 00:15:30"},
      {"4 10:15:30", "4 10:15:30"},
      {"4 days, 10:15:30.000006", "4 10:15:30.000006"},
      {"1 day, 0:00:00", "1 00:00:00"},
      {"1 day 02:00:00", "1 02:00:00"},
      {"3 days", "3 00:00:00"},
      {"-4 15:30", "-4 00:15:30"},
      {"-1 days +02:03:04", "-1 02:03:04"},
      {"1 days -02:03:04", "21:56:56"},
      {"-15:30", "-1 23:44:30"},
      {"-00:00:01", "-1 23:59:59"},
      {"0", "00:00:00"},
      {"P4DT1H15M20S", "4 01:15:20"},
      {"P4D", "4 00:00:00"},
      {"PT5M", "00:05:00"},
      {"PT0.000005S", "00:00:00.000005"},
      {"PT1,5H", "01:30:00"},
      {"P0.5D", "12:00:00"},
      {"-P4DT1H", "-5 23:00:00"},
      {"+P1D", "1 00:00:00"},
  };
  for (const auto& row : rows) {
    INFO(row.written);
    CHECK(round_trip<Duration>(row.written) == row.text);
  }
}

TEST_CASE("what is not a duration is refused") {
  for (const char* text : {"",
                           " ",
                           "-",
                           "4 ",
                           "day",
                           "4 d",
                           "abc",
                           "1:",
                           ":1",
                           "1:2:3:4",
                           "1.1234567",
                           "4 days,",
                           "4 days, ",
                           "4 days ",
                           "4days 1:00",
                           "P",
                           "PT",
                           "P1DT",
                           "P1H",
                           "PT1D",
                           "PT1S1H",
                           "PT1H1H",
                           "P-1D",
                           "P1W",
                           "PT0.0000001S",
                           "PT.5S",
                           "1h",
                           "10:15:30 ",
                           "99999999999999999999",
                           "999999999999999 00:00:00",
                           "PT999999999999999999H",
                           "P1Y"}) {
    INFO(text);
    CHECK(round_trip<Duration>(text) == "none");
  }
}

TEST_CASE("the largest durations have a text that reads back") {
  for (std::int64_t micros :
       {INT64_MAX, INT64_MIN, std::int64_t{-1}, std::int64_t{0}}) {
    Duration duration{micros};
    CHECK(Duration::parse(duration.text()) == duration);
  }
  CHECK(Duration{INT64_MIN}.text() == "-106751992 19:59:05.224192");
}
