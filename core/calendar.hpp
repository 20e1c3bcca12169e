// Parts of dates and times, and where a part begins: what databases call
// extract and trunc. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/datetime.hpp"

namespace manage::calendar {

/// What clocks on a wall show: a day and a time of day.
struct Local {
  Date day;
  Time time;
};

Local split(DateTime local);
DateTime join(const Local& local);

/// "year", "isoyear", "quarter", "month", "week" (ISO 8601), "day", "weekday"
/// (Sunday is 1), "isoweekday" (Monday is 1), "hour", "minute", "second".
/// nullopt for any other name.
std::optional<std::int64_t> extract(std::string_view part, const Local& local);

/// The beginning of the "year", "quarter", "month", "week" (a Monday), "day",
/// "hour", "minute" or "second". nullopt for any other name.
std::optional<Local> trunc(std::string_view part, const Local& local);

}  // namespace manage::calendar
