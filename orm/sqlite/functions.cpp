#include "orm/sqlite/functions.hpp"

#include <sqlite3.h>

#include <cmath>
#include <string>

#include "core/calendar.hpp"
#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/pattern.hpp"
#include "core/text.hpp"
#include "core/time_zone.hpp"
#include "orm/sqlite/aggregates.hpp"
#include "orm/sqlite/json_rank.hpp"

namespace manage::orm {

namespace {

/// The longest text that a function makes.
constexpr std::size_t kLongest = 100'000'000;

/// The arguments of a call, none of which is NULL, and its answer.
class Call {
 public:
  Call(sqlite3_context* context, sqlite3_value** values)
      : context_(context), values_(values) {}

  std::string_view text(int at) const {
    const auto* start = sqlite3_value_text(values_[at]);
    const int size = sqlite3_value_bytes(values_[at]);
    return {reinterpret_cast<const char*>(start),
            static_cast<std::size_t>(size)};
  }
  std::int64_t integer(int at) const {
    return sqlite3_value_int64(values_[at]);
  }
  double real(int at) const { return sqlite3_value_double(values_[at]); }
  bool is_null(int at) const {
    return sqlite3_value_type(values_[at]) == SQLITE_NULL;
  }

  void give(std::string_view text) const {
    sqlite3_result_text64(context_, text.data(), text.size(), SQLITE_TRANSIENT,
                          SQLITE_UTF8);
  }
  void give(std::int64_t number) const {
    sqlite3_result_int64(context_, number);
  }
  void give(double number) const { sqlite3_result_double(context_, number); }
  void give_bytes(std::string_view bytes) const {
    sqlite3_result_blob64(context_, bytes.data(), bytes.size(),
                          SQLITE_TRANSIENT);
  }
  void fail(const std::string& message) const {
    sqlite3_result_error(context_, message.c_str(), -1);
  }

  sqlite3_context* context() const { return context_; }

 private:
  sqlite3_context* context_;
  sqlite3_value** values_;
};

/// A date, a moment, or a time of day, as SQLite stores them.
struct Stored {
  enum class Kind { kDate, kMoment, kTime };
  Kind kind;
  calendar::Local local;
};

std::optional<Stored> read_stored(std::string_view text) {
  if (const auto day = Date::parse(text)) {
    return Stored{Stored::Kind::kDate, {*day, {}}};
  }
  if (const auto time = Time::parse(text)) {
    return Stored{Stored::Kind::kTime, {Date{}, *time}};
  }
  if (const auto moment = DateTime::parse(text)) {
    return Stored{Stored::Kind::kMoment, calendar::split(*moment)};
  }
  return std::nullopt;
}

/// The zone of the last call, which nearly always is that of the next one.
const TimeZone* zone_named(std::string_view name) {
  thread_local std::string known;
  thread_local std::optional<TimeZone> zone;
  if (!zone || known != name) {
    zone = TimeZone::find(name);
    known = name;
  }
  return zone ? &*zone : nullptr;
}

/// The moment as clocks in the zone of argument `at` show it.
std::optional<Stored> read_local(const Call& call, int value, int at) {
  std::optional<Stored> stored = read_stored(call.text(value));
  if (!stored || stored->kind != Stored::Kind::kMoment || call.is_null(at)) {
    return stored;
  }
  const TimeZone* zone = zone_named(call.text(at));
  if (!zone) return std::nullopt;
  stored->local = calendar::split(zone->local(calendar::join(stored->local)));
  return stored;
}

/// manage_extract(part, value, zone)
void extract(const Call& call) {
  const auto stored = read_local(call, 1, 2);
  if (!stored) return;
  if (const auto part = calendar::extract(call.text(0), stored->local)) {
    call.give(*part);
  }
}

/// The moment when the clocks of a zone show that.
DateTime moment_of(const calendar::Local& local, std::string_view name) {
  const DateTime shown = calendar::join(local);
  const TimeZone* zone = zone_named(name);
  if (!zone) return shown;
  if (const auto moment = zone->moment_of(shown)) return *moment;
  // Left out when the clocks were put forward: as if they had not been yet.
  const DateTime before{shown.micros - 3'600'000'000};
  return DateTime{shown.micros - zone->offset_at(before) * 1'000'000};
}

/// manage_trunc(part, value, zone, kind of the result)
void trunc(const Call& call) {
  const auto stored = read_local(call, 1, 2);
  if (!stored) return;
  const std::string_view part = call.text(0);
  const std::string_view kind = call.text(3);
  std::optional<calendar::Local> cut = stored->local;
  if (part == "date") cut->time = {};
  if (part != "date" && part != "time") {
    cut = calendar::trunc(part, stored->local);
  }
  if (!cut) return;
  if (kind == "date") {
    call.give(cut->day.text());
  } else if (kind == "time") {
    call.give(cut->time.text());
  } else {
    call.give(moment_of(*cut, call.is_null(2) ? "UTC" : call.text(2)).text());
  }
}

/// manage_time_between(start, end), in microseconds
void time_between(const Call& call) {
  const auto start = read_stored(call.text(0));
  const auto end = read_stored(call.text(1));
  if (!start || !end) return;
  call.give(calendar::join(end->local).micros -
            calendar::join(start->local).micros);
}

/// manage_time_add(value, microseconds)
void time_add(const Call& call) {
  constexpr std::int64_t kDay = 86'400'000'000;
  const auto stored = read_stored(call.text(0));
  if (!stored) return;
  std::int64_t sum = 0;
  if (__builtin_add_overflow(calendar::join(stored->local).micros,
                             call.integer(1), &sum)) {
    return;
  }
  if (stored->kind == Stored::Kind::kTime) {
    call.give(Time{((sum % kDay) + kDay) % kDay}.text());
  } else {
    call.give(DateTime{sum}.text());
  }
}

/// text REGEXP pattern is regexp(pattern, text)
void regexp(const Call& call) {
  thread_local std::string known;
  thread_local std::unique_ptr<Pattern> pattern;
  if (!pattern || known != call.text(0)) {
    pattern = std::make_unique<Pattern>(call.text(0));
    known = call.text(0);
  }
  call.give(std::int64_t{pattern->search(call.text(1)) ? 1 : 0});
}

void repeat(const Call& call) {
  const std::string_view part = call.text(0);
  const std::int64_t times = std::max<std::int64_t>(0, call.integer(1));
  if (part.size() * static_cast<std::uint64_t>(times) > kLongest) {
    return call.fail("REPEAT would make a text that is too long");
  }
  std::string all;
  for (std::int64_t i = 0; i < times; ++i) all += part;
  call.give(all);
}

void reverse(const Call& call) {
  std::string all;
  std::string_view rest = call.text(0);
  while (!rest.empty()) {
    std::size_t start = rest.size() - 1;
    while (start > 0 &&
           (static_cast<unsigned char>(rest[start]) & 0xC0) == 0x80) {
      --start;
    }
    all += rest.substr(start);
    rest = rest.substr(0, start);
  }
  call.give(all);
}

/// The characters of a text.
std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> all;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (end < text.size() &&
           (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
      ++end;
    }
    all.push_back(text.substr(at, end - at));
    at = end;
  }
  return all;
}

/// LPAD and RPAD: exactly that many characters, what is more is cut off.
void pad(const Call& call, bool left) {
  std::vector<std::string_view> own = characters(call.text(0));
  const std::int64_t given = std::max<std::int64_t>(0, call.integer(1));
  if (static_cast<std::uint64_t>(given) > kLongest) {
    return call.fail("LPAD or RPAD would make a text that is too long");
  }
  const auto width = static_cast<std::size_t>(given);
  const std::vector<std::string_view> fill = characters(call.text(2));
  if (own.size() > width) own.resize(width);
  std::string padding;
  for (std::size_t i = own.size(); i < width && !fill.empty(); ++i) {
    padding += fill[(i - own.size()) % fill.size()];
  }
  std::string text;
  for (std::string_view one : own) text += one;
  call.give(left ? padding + text : text + padding);
}

void cot(const Call& call) {
  const double tangent = std::tan(call.real(0));
  if (tangent != 0) call.give(1 / tangent);
}

template <Digest digest>
void digest_of(const Call& call) {
  call.give(hex_digest(digest, call.text(0)));
}

void rank_of_json(const Call& call) {
  if (const auto rank = json_rank(call.text(0))) call.give_bytes(*rank);
}

template <bool (*has)(std::string_view json, std::string_view keys)>
void has_keys(const Call& call) {
  call.give(std::int64_t{has(call.text(0), call.text(1))});
}

using Body = void (*)(const Call&);

struct Function {
  const char* name;
  int arguments;
  Body body;
  /// Arguments that may be NULL, as bits; any other makes the answer NULL.
  unsigned nullable = 0;
};

constexpr Function kFunctions[] = {
    {"cot", 1, cot},
    {"lpad", 3, [](const Call& call) { pad(call, true); }},
    {"manage_extract", 3, extract, 0b100},
    {"manage_json_has", 2, has_keys<json_has>},
    {"manage_json_has_all", 2, has_keys<json_has_all>},
    {"manage_json_has_any", 2, has_keys<json_has_any>},
    {"manage_json_rank", 1, rank_of_json},
    {"manage_time_add", 2, time_add},
    {"manage_time_between", 2, time_between},
    {"manage_trunc", 4, trunc, 0b100},
    {"md5", 1, digest_of<Digest::kMd5>},
    {"regexp", 2, regexp},
    {"repeat", 2, repeat},
    {"reverse", 1, reverse},
    {"rpad", 3, [](const Call& call) { pad(call, false); }},
    {"sha1", 1, digest_of<Digest::kSha1>},
    {"sha224", 1, digest_of<Digest::kSha224>},
    {"sha256", 1, digest_of<Digest::kSha256>},
    {"sha384", 1, digest_of<Digest::kSha384>},
    {"sha512", 1, digest_of<Digest::kSha512>},
};

/// No exception crosses SQLite, which is C.
void run(sqlite3_context* context, int count, sqlite3_value** values) {
  const auto& function =
      *static_cast<const Function*>(sqlite3_user_data(context));
  for (int at = 0; at < count; ++at) {
    if (((function.nullable >> at) & 1U) != 0) continue;
    if (sqlite3_value_type(values[at]) == SQLITE_NULL) return;
  }
  const Call call(context, values);
  try {
    function.body(call);
  } catch (const Error& error) {
    call.fail(error.message());
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
}

}  // namespace

void add_functions(sqlite3* handle) {
  for (const Function& one : kFunctions) {
    sqlite3_create_function_v2(
        handle, one.name, one.arguments, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
        const_cast<Function*>(&one), run, nullptr, nullptr, nullptr);
  }
  add_aggregates(handle);
}

}  // namespace manage::orm
