// Dates, times and durations: proleptic Gregorian, microseconds, years 1 to
// 9999, as Python's datetime and PostgreSQL's types overlap.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace manage {

struct Date {
  int year = 1;
  int month = 1;
  int day = 1;

  /// ISO 8601 "2026-01-31" and nothing else; nullopt too for 2026-02-30.
  static std::optional<Date> parse(std::string_view text);
  std::string text() const;
  /// Days since 1970-01-01.
  std::int64_t days() const;
  static Date from_days(std::int64_t days);
  auto operator<=>(const Date&) const = default;
};

/// Time of day.
struct Time {
  std::int64_t micros = 0;  ///< since midnight, < 86,400,000,000

  /// "12:30", "12:30:15", "12:30:15.123456".
  static std::optional<Time> parse(std::string_view text);
  /// "12:30:15" or, with microseconds, "12:30:15.000120".
  std::string text() const;
  auto operator<=>(const Time&) const = default;
};

/// A moment, kept in UTC.
struct DateTime {
  std::int64_t micros = 0;  ///< since 1970-01-01 00:00 UTC

  /// "2026-01-31 12:30:15[.123456]" or with "T" between; an offset "Z",
  /// "+02:00" or "+0200" if any; without one the moment is taken as being at
  /// `default_offset_minutes`.
  static std::optional<DateTime> parse(std::string_view text,
                                       int default_offset_minutes = 0);
  /// "2026-01-31 12:30:15[.123456]" in UTC, without an offset.
  std::string text() const;
  auto operator<=>(const DateTime&) const = default;
};

struct Duration {
  std::int64_t micros = 0;

  /// Django's forms: "[-][D day[s], ][HH:]MM:SS[.ffffff]", "D HH:MM:SS", and
  /// ISO 8601 "P4DT1H15M20S".
  static std::optional<Duration> parse(std::string_view text);
  /// "4 01:15:20[.000006]" as Django's duration_string.
  std::string text() const;
  auto operator<=>(const Duration&) const = default;
};

}  // namespace manage
