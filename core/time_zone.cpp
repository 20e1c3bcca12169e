// Zones are read from TZif files (RFC 8536): a list of changes, and behind it a
// rule in POSIX form for the time after the last of them.
//
//   file   := header block header block64 "\n" rule "\n"
//   header := "TZif" version:byte unused:15 six counts:int32
//   rule   := "CET-1CEST,M3.5.0,M10.5.0/3"
#include "core/time_zone.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace manage {

namespace {

constexpr std::int64_t kMicros = 1'000'000;
constexpr std::int64_t kDay = 86'400;

/// The day and time of a year on which clocks change: "M3.5.0/2", "J60", "59".
struct ChangeDay {
  char form = 'M';
  int month = 1, week = 1, weekday = 0;
  int day = 0;               ///< of the forms J and 0
  std::int64_t time = 7200;  ///< after midnight, in seconds

  /// Seconds since 1970 on a clock that shows local time.
  std::int64_t in(int year) const {
    std::int64_t first = Date{year, 1, 1}.days();
    bool leap = Date{year + 1, 1, 1}.days() - first == 366;
    std::int64_t found = first + day;
    if (form == 'J') found = first + day - 1 + (leap && day >= 60 ? 1 : 0);
    if (form == 'M') found = nth_weekday(year);
    return found * kDay + time;
  }

 private:
  std::int64_t nth_weekday(int year) const {
    constexpr int kThursday = 4;  // 1970-01-01
    std::int64_t first = Date{year, month, 1}.days();
    std::int64_t next_month = month == 12 ? Date{year + 1, 1, 1}.days()
                                          : Date{year, month + 1, 1}.days();
    std::int64_t first_weekday = ((first + kThursday) % 7 + 7) % 7;
    std::int64_t found =
        first + (weekday - first_weekday + 7) % 7 + (week - 1) * 7;
    return found < next_month ? found : found - 7;  // week 5: the last one
  }
};

/// What holds after the last change of the file.
struct Rule {
  std::int64_t standard = 0;  ///< seconds ahead of UTC
  std::int64_t summer = 0;
  std::optional<ChangeDay> start, end;  ///< of summer time

  std::int64_t offset_at(std::int64_t utc) const {
    if (!start) return standard;
    std::int64_t days = utc / kDay - (utc % kDay < 0 ? 1 : 0);
    int year = std::clamp(Date::from_days(days).year, 1, 9998);
    std::int64_t from = start->in(year)-standard;
    std::int64_t to = end->in(year)-summer;
    bool is_summer =
        from < to ? from <= utc && utc < to : from <= utc || utc < to;
    return is_summer ? summer : standard;
  }
};

class RuleParser {
 public:
  explicit RuleParser(std::string_view text) : rest_(text) {}

  std::optional<Rule> parse() {
    Rule rule;
    std::optional<std::int64_t> standard;
    if (!name() || !(standard = time())) return std::nullopt;
    rule.standard = -*standard;  // POSIX counts westwards
    rule.summer = rule.standard + 3600;
    if (rest_.empty()) return rule;
    if (!name()) return std::nullopt;
    if (!rest_.empty() && rest_[0] != ',') {
      std::optional<std::int64_t> summer = time();
      if (!summer) return std::nullopt;
      rule.summer = -*summer;
    }
    rule.start = day();
    rule.end = day();
    if (!rule.start || !rule.end || !rest_.empty()) return std::nullopt;
    return rule;
  }

 private:
  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<int> number() {
    int value = 0;
    auto [end, error] =
        std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc() || value < 0 || value > 1000) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  /// "CET" or "<+03>".
  bool name() {
    std::size_t size = rest_.substr(0, 1) == "<"
                           ? rest_.find('>') + 1
                           : rest_.find_first_of("+-,0123456789");
    size = std::min(size, rest_.size());
    rest_.remove_prefix(size);
    return size > 0;
  }
  /// "[+-]hh[:mm[:ss]]" in seconds.
  std::optional<std::int64_t> time() {
    bool negative = take('-');
    if (!negative) take('+');
    std::int64_t total = 0;
    std::int64_t unit = 3600;
    do {
      std::optional<int> part = number();
      if (!part) return std::nullopt;
      total += *part * unit;
      unit /= 60;
    } while (unit > 0 && take(':'));
    return negative ? -total : total;
  }
  std::optional<ChangeDay> day() {
    ChangeDay day;
    if (!take(',')) return std::nullopt;
    if (take('M')) {
      for (int* part : {&day.month, &day.week, &day.weekday}) {
        std::optional<int> value = number();
        if (!value || (part != &day.weekday && !take('.'))) return std::nullopt;
        *part = *value;
      }
      if (day.month < 1 || day.month > 12 || day.week < 1 || day.week > 5 ||
          day.weekday > 6) {
        return std::nullopt;
      }
    } else {
      day.form = take('J') ? 'J' : '0';
      std::optional<int> value = number();
      if (!value || *value > 366) return std::nullopt;
      day.day = *value;
    }
    if (take('/')) {
      std::optional<std::int64_t> at = time();
      if (!at) return std::nullopt;
      day.time = *at;
    }
    return day;
  }

  std::string_view rest_;
};

}  // namespace

struct TimeZone::Rules {
  std::vector<std::int64_t> changes;  ///< moments, ascending, in seconds
  std::vector<std::int64_t> offsets;  ///< from each change on
  std::int64_t before = 0;            ///< before the first change
  Rule after;

  std::int64_t offset_at(std::int64_t utc) const {
    if (changes.empty() || utc >= changes.back()) return after.offset_at(utc);
    auto next = std::upper_bound(changes.begin(), changes.end(), utc);
    if (next == changes.begin()) return before;
    return offsets[static_cast<std::size_t>(next - changes.begin()) - 1];
  }

  static std::optional<Rules> parse(std::string_view file);
};

namespace {

/// The counts of a TZif header and what follows from them.
struct Header {
  std::uint32_t utc_flags, standard_flags, leaps, changes, types, characters;

  static std::optional<Header> read(std::string_view file, std::size_t at);
  std::size_t block_size(std::size_t time_size) const {
    return changes * (time_size + 1) + types * 6 + characters +
           leaps * (time_size + 4) + standard_flags + utc_flags;
  }
};

constexpr std::size_t kHeaderSize = 44;

std::int64_t big_endian(std::string_view file, std::size_t at,
                        std::size_t size) {
  std::uint64_t value = static_cast<signed char>(file[at]) < 0 ? ~0ull : 0;
  for (std::size_t byte = 0; byte < size; ++byte) {
    value = value << 8 | static_cast<unsigned char>(file[at + byte]);
  }
  return static_cast<std::int64_t>(value);
}

std::optional<Header> Header::read(std::string_view file, std::size_t at) {
  if (file.size() < at + kHeaderSize || file.substr(at, 4) != "TZif") {
    return std::nullopt;
  }
  std::uint32_t counts[6];
  for (std::size_t i = 0; i < 6; ++i) {
    counts[i] =
        static_cast<std::uint32_t>(big_endian(file, at + 20 + i * 4, 4));
    if (counts[i] > file.size()) return std::nullopt;
  }
  return Header{counts[0], counts[1], counts[2],
                counts[3], counts[4], counts[5]};
}

}  // namespace

std::optional<TimeZone::Rules> TimeZone::Rules::parse(std::string_view file) {
  std::optional<Header> old = Header::read(file, 0);
  if (!old || file[4] < '2') return std::nullopt;
  std::size_t at = kHeaderSize + old->block_size(4);
  std::optional<Header> header = Header::read(file, at);
  if (!header) return std::nullopt;
  at += kHeaderSize;
  std::size_t end = at + header->block_size(8);
  if (end > file.size() || header->types == 0) return std::nullopt;

  Rules rules;
  std::size_t indexes = at + header->changes * 8;
  std::size_t types = indexes + header->changes;
  auto type_offset = [&](std::size_t type) {
    return big_endian(file, types + type * 6, 4);
  };
  rules.before = type_offset(0);
  for (std::size_t change = 0; change < header->changes; ++change) {
    std::size_t type = static_cast<unsigned char>(file[indexes + change]);
    if (type >= header->types) return std::nullopt;
    rules.changes.push_back(big_endian(file, at + change * 8, 8));
    rules.offsets.push_back(type_offset(type));
  }
  std::string_view footer = file.substr(end);
  if (footer.size() < 2 || footer.front() != '\n' || footer.back() != '\n') {
    return std::nullopt;
  }
  footer = footer.substr(1, footer.size() - 2);
  if (footer.empty()) {
    rules.after.standard =
        rules.offsets.empty() ? rules.before : rules.offsets.back();
    return rules;
  }
  std::optional<Rule> after = RuleParser(footer).parse();
  if (!after) return std::nullopt;
  rules.after = *after;
  return rules;
}

TimeZone::TimeZone() : rules_(std::make_shared<const Rules>()) {}

std::optional<TimeZone> TimeZone::find(std::string_view name,
                                       std::string_view folder) {
  TimeZone zone;
  if (name == "UTC") return zone;
  Rules rules;
  if (std::optional<DateTime> shifted =
          DateTime::parse("1970-01-02 00:00" + std::string(name));
      shifted && !name.empty() && (name[0] == '+' || name[0] == '-')) {
    rules.after.standard = kDay - shifted->micros / kMicros;
  } else {
    // A name must not lead out of the folder.
    bool plain =
        !name.empty() && name.find("..") == std::string_view::npos &&
        name[0] != '/' && std::all_of(name.begin(), name.end(), [](char c) {
          return std::isalnum(static_cast<unsigned char>(c)) ||
                 std::string_view("/_+-").find(c) != std::string_view::npos;
        });
    if (!plain) return std::nullopt;
    std::filesystem::path path = std::filesystem::path(folder) / name;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) return std::nullopt;
    std::ifstream file(path, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(file)),
                      std::istreambuf_iterator<char>());
    std::optional<Rules> parsed = Rules::parse(bytes);
    if (!parsed) return std::nullopt;
    rules = std::move(*parsed);
  }
  zone.rules_ = std::make_shared<const Rules>(std::move(rules));
  return zone;
}

std::int64_t TimeZone::offset_at(DateTime moment) const {
  std::int64_t seconds = moment.micros / kMicros;
  if (moment.micros % kMicros < 0) --seconds;
  return rules_->offset_at(seconds);
}

std::optional<DateTime> TimeZone::moment_of(DateTime local) const {
  std::optional<DateTime> first;
  // Whatever holds at that time holds a day before or a day after too, unless
  // clocks changed in between: then one of the two does.
  for (std::int64_t nearby : {-kDay, kDay}) {
    std::int64_t offset =
        offset_at(DateTime{local.micros + nearby * kMicros}) * kMicros;
    DateTime moment{local.micros - offset};
    if (offset_at(moment) * kMicros == offset && (!first || moment < *first)) {
      first = moment;
    }
  }
  return first;
}

DateTime TimeZone::local(DateTime moment) const {
  return DateTime{moment.micros + offset_at(moment) * kMicros};
}

}  // namespace manage
