#include "core/datetime.hpp"

#include <fmt/format.h>

namespace manage {

namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

/// A number of microseconds as whole days, rounded down, and the rest. Safe for
/// every int64.
struct Split {
  std::int64_t days;
  std::int64_t rest;
};
Split split_days(std::int64_t micros) {
  std::int64_t rest = micros % kDay;
  std::int64_t days = micros / kDay;
  return rest < 0 ? Split{days - 1, rest + kDay} : Split{days, rest};
}

/// Reads a text from its start; every take_ leaves it untouched on failure.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view word) {
    if (rest_.substr(0, word.size()) != word) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  /// How many digits stand here.
  std::size_t digits() const {
    std::size_t count = 0;
    while (count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') {
      ++count;
    }
    return count;
  }
  /// Exactly `count` digits, whatever follows.
  std::optional<int> take_fixed(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    int number = 0;
    for (std::size_t at = 0; at < count; ++at) {
      if (rest_[at] < '0' || rest_[at] > '9') return std::nullopt;
      number = number * 10 + (rest_[at] - '0');
    }
    rest_.remove_prefix(count);
    return number;
  }
  /// All the digits here, at most 18 so that they fit.
  std::optional<std::int64_t> take_number() {
    std::size_t count = digits();
    if (count == 0 || count > 18) return std::nullopt;
    std::int64_t number = 0;
    for (char c : rest_.substr(0, count)) number = number * 10 + (c - '0');
    rest_.remove_prefix(count);
    return number;
  }
  /// One to six digits as a fraction of a second, in microseconds.
  std::optional<std::int64_t> take_micros() {
    std::size_t count = digits();
    if (count == 0 || count > 6) return std::nullopt;
    std::int64_t micros = *take_number();
    for (; count < 6; ++count) micros *= 10;
    return micros;
  }

 private:
  std::string_view rest_;
};

bool is_leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

std::optional<Date> take_date(Cursor& cursor) {
  std::optional<int> year = cursor.take_fixed(4);
  if (!year || !cursor.take('-')) return std::nullopt;
  std::optional<int> month = cursor.take_fixed(2);
  if (!month || !cursor.take('-')) return std::nullopt;
  std::optional<int> day = cursor.take_fixed(2);
  if (!day || *year < 1 || *month < 1 || *month > 12 || *day < 1 ||
      *day > days_in_month(*year, *month)) {
    return std::nullopt;
  }
  return Date{*year, *month, *day};
}

std::optional<Time> take_time(Cursor& cursor) {
  std::optional<int> hour = cursor.take_fixed(2);
  if (!hour || *hour > 23 || !cursor.take(':')) return std::nullopt;
  std::optional<int> minute = cursor.take_fixed(2);
  if (!minute || *minute > 59) return std::nullopt;
  Time time{*hour * kHour + *minute * kMinute};
  if (!cursor.take(':')) return time;
  std::optional<int> second = cursor.take_fixed(2);
  if (!second || *second > 59) return std::nullopt;
  time.micros += *second * kSecond;
  if (!cursor.take('.')) return time;
  std::optional<std::int64_t> micros = cursor.take_micros();
  if (!micros) return std::nullopt;
  time.micros += *micros;
  return time;
}

/// "Z", "+02", "+02:00" or "-0230", in minutes.
std::optional<int> take_offset(Cursor& cursor) {
  if (cursor.take('Z')) return 0;
  bool west = cursor.take('-');
  if (!west && !cursor.take('+')) return std::nullopt;
  std::optional<int> hours = cursor.take_fixed(2);
  if (!hours || *hours > 23) return std::nullopt;
  int minutes = 0;
  if (cursor.take(':') || cursor.digits() > 0) {
    std::optional<int> written = cursor.take_fixed(2);
    if (!written || *written > 59) return std::nullopt;
    minutes = *written;
  }
  int offset = *hours * 60 + minutes;
  return west ? -offset : offset;
}

/// Microseconds while they are added up: no sum of numbers of 18 digits
/// overflows it.
using Wide = __int128;

std::optional<Duration> narrow(Wide micros) {
  if (micros > INT64_MAX || micros < INT64_MIN) return std::nullopt;
  return Duration{static_cast<std::int64_t>(micros)};
}

/// "4 days, ", "4 days ", "4 day" or "4 ": the days before a time. Without such
/// a number it is 0, and the cursor stays. nullopt if it is malformed.
std::optional<Wide> take_days(Cursor& cursor) {
  Cursor ahead = cursor;
  bool negative = ahead.take('-');
  std::optional<std::int64_t> days = ahead.take_number();
  if (!days || !ahead.take(' ')) return 0;
  if (ahead.take("day")) {
    ahead.take('s');
    bool goes_on = ahead.take(',') || !ahead.at_end();
    if (goes_on && (!ahead.take(' ') || ahead.at_end())) return std::nullopt;
  }
  cursor = ahead;
  Wide micros = Wide{*days} * kDay;
  return negative ? -micros : micros;
}

/// "[-][[HH:]MM:]SS[.ffffff]" up to the end.
std::optional<Wide> take_clock(Cursor& cursor) {
  bool negative = cursor.take('-');
  if (!negative) cursor.take('+');
  Wide seconds = 0;
  int parts = 0;
  do {
    std::optional<std::int64_t> number = cursor.take_number();
    if (!number) return std::nullopt;
    seconds = seconds * 60 + *number;
  } while (++parts < 3 && cursor.take(':'));
  Wide total = seconds * kSecond;
  if (cursor.take('.')) {
    std::optional<std::int64_t> micros = cursor.take_micros();
    if (!micros) return std::nullopt;
    total += *micros;
  }
  if (!cursor.at_end()) return std::nullopt;
  return negative ? -total : total;
}

/// A number of `unit`s; its fraction must be a whole number of microseconds.
std::optional<Wide> take_iso_number(Cursor& cursor, std::int64_t unit) {
  Wide total = Wide{cursor.take_number().value_or(0)} * unit;
  if (!cursor.take('.') && !cursor.take(',')) return total;
  Wide divisor = 1;
  for (std::size_t count = cursor.digits(); count > 0; --count) divisor *= 10;
  Wide fraction = Wide{*cursor.take_number()} * unit;
  if (fraction % divisor != 0) return std::nullopt;
  return total + fraction / divisor;
}

/// The letter after the number that stands here, and whether the number is one:
/// "12.5H" gives 'H'.
char iso_letter(Cursor cursor) {
  if (!cursor.take_number()) return 0;
  if ((cursor.take('.') || cursor.take(',')) && !cursor.take_number()) return 0;
  return cursor.at_end() ? '\0' : cursor.rest().front();
}

/// "P4DT1H15M20.5S" after the sign; parts in this order, at least one.
std::optional<Wide> parse_iso_duration(Cursor cursor) {
  struct Part {
    char letter;
    std::int64_t unit;
  };
  constexpr Part kParts[] = {
      {'D', kDay}, {'H', kHour}, {'M', kMinute}, {'S', kSecond}};
  if (!cursor.take('P') || cursor.at_end()) return std::nullopt;
  Wide total = 0;
  for (const Part& part : kParts) {
    if (part.letter == 'H') {
      if (cursor.at_end()) break;
      if (!cursor.take('T') || cursor.at_end()) return std::nullopt;
    }
    if (iso_letter(cursor) != part.letter) continue;
    std::optional<Wide> amount = take_iso_number(cursor, part.unit);
    if (!amount) return std::nullopt;
    total += *amount;
    cursor.take(part.letter);
  }
  return cursor.at_end() ? std::optional(total) : std::nullopt;
}

}  // namespace

std::optional<Date> Date::parse(std::string_view text) {
  Cursor cursor(text);
  std::optional<Date> date = take_date(cursor);
  return cursor.at_end() ? date : std::nullopt;
}

namespace {

/// Appends `number` with `digits` digits, zeros before it.
void add_digits(std::string& text, std::int64_t number, std::size_t digits) {
  const std::size_t end = text.size() + digits;
  text.resize(end);
  for (std::size_t at = end; at > end - digits; number /= 10) {
    text[--at] = static_cast<char>('0' + number % 10);
  }
}

// By hand, because every row that is written or printed has some of them.
void add_date(std::string& text, const Date& date) {
  add_digits(text, date.year, 4);
  text += '-';
  add_digits(text, date.month, 2);
  text += '-';
  add_digits(text, date.day, 2);
}

void add_time(std::string& text, std::int64_t micros) {
  add_digits(text, micros / kHour, 2);
  text += ':';
  add_digits(text, micros / kMinute % 60, 2);
  text += ':';
  add_digits(text, micros / kSecond % 60, 2);
  if (micros % kSecond == 0) return;
  text += '.';
  add_digits(text, micros % kSecond, 6);
}

}  // namespace

std::string Date::text() const {
  std::string text;
  add_date(text, *this);
  return text;
}

// Days and dates: years are counted from 1 March of year 0, so that the leap
// day is the last one and every month but the last has a fixed start.
std::int64_t Date::days() const {
  std::int64_t shifted_year = month > 2 ? year : year - 1;
  int shifted_month = month > 2 ? month - 3 : month + 9;
  std::int64_t day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
  std::int64_t leap_days =
      shifted_year / 4 - shifted_year / 100 + shifted_year / 400;
  constexpr std::int64_t kEpoch = 719468;  // 1970-01-01 counted from there
  return shifted_year * 365 + leap_days + day_of_year - kEpoch;
}

Date Date::from_days(std::int64_t days) {
  constexpr std::int64_t kDaysPerEra = 146097;  // 400 years
  std::int64_t shifted = days + 719468;
  std::int64_t era =
      (shifted >= 0 ? shifted : shifted - (kDaysPerEra - 1)) / kDaysPerEra;
  std::int64_t day = shifted - era * kDaysPerEra;
  std::int64_t year =
      (day - day / 1460 + day / 36524 - day / (kDaysPerEra - 1)) / 365;
  std::int64_t day_of_year = day - (365 * year + year / 4 - year / 100);
  std::int64_t month = (5 * day_of_year + 2) / 153;
  Date date;
  date.day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
  date.month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  date.year = static_cast<int>(year + era * 400 + (date.month <= 2 ? 1 : 0));
  return date;
}

std::optional<Time> Time::parse(std::string_view text) {
  Cursor cursor(text);
  std::optional<Time> time = take_time(cursor);
  return cursor.at_end() ? time : std::nullopt;
}

std::string Time::text() const {
  std::string text;
  add_time(text, micros);
  return text;
}

std::optional<DateTime> DateTime::parse(std::string_view text,
                                        int default_offset_minutes) {
  Cursor cursor(text);
  std::optional<Date> date = take_date(cursor);
  if (!date || !(cursor.take('T') || cursor.take(' '))) return std::nullopt;
  std::optional<Time> time = take_time(cursor);
  if (!time) return std::nullopt;
  int offset = default_offset_minutes;
  if (!cursor.at_end()) {
    std::optional<int> written = take_offset(cursor);
    if (!written || !cursor.at_end()) return std::nullopt;
    offset = *written;
  }
  DateTime moment{date->days() * kDay + time->micros - offset * kMinute};
  static const std::int64_t kFirst = Date{1, 1, 1}.days() * kDay;
  static const std::int64_t kLast = (Date{9999, 12, 31}.days() + 1) * kDay;
  if (moment.micros < kFirst || moment.micros >= kLast) return std::nullopt;
  return moment;
}

std::string DateTime::text() const {
  auto [days, rest] = split_days(micros);
  std::string text;
  text.reserve(sizeof "2026-01-31 12:30:15.123456");
  add_date(text, Date::from_days(days));
  text += ' ';
  add_time(text, rest);
  return text;
}

std::optional<Duration> Duration::parse(std::string_view text) {
  Cursor cursor(text);
  Cursor iso = cursor;
  bool iso_negative = iso.take('-');
  if (!iso_negative) iso.take('+');
  if (iso.rest().substr(0, 1) == "P") {
    std::optional<Wide> total = parse_iso_duration(iso);
    return total ? narrow(iso_negative ? -*total : *total) : std::nullopt;
  }
  std::optional<Wide> days = take_days(cursor);
  if (!days) return std::nullopt;
  if (cursor.at_end()) {
    // Days alone must say so: "4 days", not "4 " or nothing.
    bool named = text.find("day") != std::string_view::npos;
    return named ? narrow(*days) : std::nullopt;
  }
  std::optional<Wide> clock = take_clock(cursor);
  return clock ? narrow(*days + *clock) : std::nullopt;
}

std::string Duration::text() const {
  auto [days, rest] = split_days(micros);
  std::string time = Time{rest}.text();
  return days == 0 ? time : fmt::format("{} {}", days, time);
}

}  // namespace manage
