#include "core/time_zone.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

using namespace manage;

namespace {

TimeZone zone(std::string_view name) {
  std::optional<TimeZone> found = TimeZone::find(name);
  INFO(name);
  REQUIRE(found);
  return *found;
}

/// The moment when clocks in `zone` show `local`, in UTC.
std::string moment(const TimeZone& zone, std::string_view local) {
  std::optional<DateTime> found = zone.moment_of(*DateTime::parse(local));
  return found ? found->text() : "none";
}

std::string local(const TimeZone& zone, std::string_view moment) {
  return zone.local(*DateTime::parse(moment)).text();
}

}  // namespace

TEST_CASE("fixed offsets need no data base") {
  CHECK(moment(TimeZone(), "2026-07-01 12:00") == "2026-07-01 12:00:00");
  CHECK(moment(zone("UTC"), "2026-07-01 12:00") == "2026-07-01 12:00:00");
  CHECK(moment(zone("+02:00"), "2026-07-01 12:00") == "2026-07-01 10:00:00");
  CHECK(moment(zone("-0330"), "2026-07-01 12:00") == "2026-07-01 15:30:00");
}

TEST_CASE("summer time is known from the past to far ahead") {
  TimeZone prague = zone("Europe/Prague");
  CHECK(moment(prague, "2026-01-31 12:30") == "2026-01-31 11:30:00");
  CHECK(moment(prague, "2026-07-31 12:30") == "2026-07-31 10:30:00");
  CHECK(moment(prague, "1985-07-01 12:00") == "1985-07-01 10:00:00");
  CHECK(moment(prague, "1970-07-01 12:00") == "1970-07-01 11:00:00");
  CHECK(moment(prague, "2099-07-01 12:00") == "2099-07-01 10:00:00");
  CHECK(moment(prague, "2099-12-01 12:00") == "2099-12-01 11:00:00");
  CHECK(moment(zone("America/New_York"), "2050-03-14 12:00") ==
        "2050-03-14 16:00:00");
  CHECK(moment(zone("Asia/Kolkata"), "2026-01-31 12:30") ==
        "2026-01-31 07:00:00");
  // South of the equator summer spans New Year.
  CHECK(moment(zone("Australia/Sydney"), "2060-01-01 12:00") ==
        "2060-01-01 01:00:00");
  CHECK(moment(zone("Australia/Sydney"), "2060-07-01 12:00") ==
        "2060-07-01 02:00:00");
}

TEST_CASE("a time that clocks leave out is none") {
  TimeZone prague = zone("Europe/Prague");
  CHECK(moment(prague, "2026-03-29 01:59:59") == "2026-03-29 00:59:59");
  CHECK(moment(prague, "2026-03-29 02:00") == "none");
  CHECK(moment(prague, "2026-03-29 02:59:59.999999") == "none");
  CHECK(moment(prague, "2026-03-29 03:00") == "2026-03-29 01:00:00");
  CHECK(moment(prague, "2099-03-29 02:30") == "none");
}

TEST_CASE("of a time that clocks show twice it is the first") {
  TimeZone prague = zone("Europe/Prague");
  CHECK(moment(prague, "2026-10-25 01:59:59") == "2026-10-24 23:59:59");
  CHECK(moment(prague, "2026-10-25 02:30") == "2026-10-25 00:30:00");
  CHECK(moment(prague, "2026-10-25 03:00") == "2026-10-25 02:00:00");
}

TEST_CASE("clocks show a moment") {
  TimeZone prague = zone("Europe/Prague");
  CHECK(local(prague, "2026-03-29 00:59:59") == "2026-03-29 01:59:59");
  CHECK(local(prague, "2026-03-29 01:00:00") == "2026-03-29 03:00:00");
  CHECK(local(prague, "2026-12-31 23:30:00") == "2027-01-01 00:30:00");
}

TEST_CASE("what is not a zone is not found") {
  for (const char* name :
       {"", "Europe/Nowhere", "../../../etc/passwd", "/etc/localtime", "Europe",
        "Europe/Prague\n", "+25:00", "02:00", "tzdata.zi", "CEST-1"}) {
    INFO(name);
    CHECK_FALSE(TimeZone::find(name));
  }
}

TEST_CASE("damaged zone files do no harm") {
  std::ifstream original("/usr/share/zoneinfo/Europe/Prague", std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(original)),
                    std::istreambuf_iterator<char>());
  REQUIRE(bytes.size() > 100);
  auto folder = std::filesystem::temp_directory_path() /
                ("manage_zone_test_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  auto read = [&](const std::string& content) {
    std::ofstream(folder / "Zone", std::ios::binary) << content;
    std::optional<TimeZone> found = TimeZone::find("Zone", folder.string());
    if (found) found->moment_of(DateTime{});
    return found.has_value();
  };
  CHECK(read(bytes));
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    CHECK_FALSE(read(bytes.substr(0, size)));
  }
  for (std::size_t at = 0; at < bytes.size(); at += 5) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(~damaged[at]);
    read(damaged);
  }
  std::filesystem::remove_all(folder);
}
