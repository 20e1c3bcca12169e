#include "core/calendar.hpp"

namespace manage::calendar {

namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

struct Unit {
  std::string_view name;
  std::int64_t micros;
};

constexpr Unit kUnits[] = {
    {"hour", kHour}, {"minute", kMinute}, {"second", kSecond}};

/// Monday is 0. 1970-01-01 was a Thursday.
std::int64_t weekday(const Date& day) { return ((day.days() + 3) % 7 + 7) % 7; }

/// The Thursday of a day's week: its year and week are the week's.
Date thursday(const Date& day) {
  return Date::from_days(day.days() - weekday(day) + 3);
}

std::int64_t week(const Date& day) {
  const Date middle = thursday(day);
  return (middle.days() - Date{middle.year, 1, 1}.days()) / 7 + 1;
}

}  // namespace

Local split(DateTime local) {
  std::int64_t days = local.micros / kDay;
  std::int64_t rest = local.micros % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  return {Date::from_days(days), Time{rest}};
}

DateTime join(const Local& local) {
  return {local.day.days() * kDay + local.time.micros};
}

std::optional<std::int64_t> extract(std::string_view part, const Local& local) {
  const Date& day = local.day;
  if (part == "year") return day.year;
  if (part == "isoyear") return thursday(day).year;
  if (part == "quarter") return (day.month - 1) / 3 + 1;
  if (part == "month") return day.month;
  if (part == "week") return week(day);
  if (part == "day") return day.day;
  if (part == "weekday") return (weekday(day) + 1) % 7 + 1;
  if (part == "isoweekday") return weekday(day) + 1;
  if (part == "hour") return local.time.micros / kHour;
  if (part == "minute") return local.time.micros / kMinute % 60;
  if (part == "second") return local.time.micros / kSecond % 60;
  return std::nullopt;
}

std::optional<Local> trunc(std::string_view part, const Local& local) {
  const Date& day = local.day;
  if (part == "year") return Local{{day.year, 1, 1}, {}};
  if (part == "quarter") {
    return Local{{day.year, (day.month - 1) / 3 * 3 + 1, 1}, {}};
  }
  if (part == "month") return Local{{day.year, day.month, 1}, {}};
  if (part == "week") {
    return Local{Date::from_days(day.days() - weekday(day)), {}};
  }
  if (part == "day") return Local{day, {}};
  for (const Unit& unit : kUnits) {
    if (part != unit.name) continue;
    return Local{day, Time{local.time.micros / unit.micros * unit.micros}};
  }
  return std::nullopt;
}

}  // namespace manage::calendar
