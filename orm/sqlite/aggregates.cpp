#include "orm/sqlite/aggregates.hpp"

#include <sqlite3.h>

#include <cmath>
#include <cstdint>

namespace manage::orm {

namespace {

/// Welford's sums, which rows can also leave again (windows).
struct Spread {
  std::int64_t count;
  double mean;
  double squares;

  void add(double value) {
    ++count;
    const double away = value - mean;
    mean += away / static_cast<double>(count);
    squares += away * (value - mean);
  }
  void remove(double value) {
    if (--count == 0) {
      mean = squares = 0;
      return;
    }
    const double away = value - mean;
    mean -= away / static_cast<double>(count);
    squares -= away * (value - mean);
  }
};

enum Kind : int {
  kVariancePop,
  kVarianceSample,
  kDeviationPop,
  kDeviationSample
};

struct Named {
  const char* name;
  Kind kind;
};

constexpr Named kSpreads[] = {{"stddev_pop", kDeviationPop},
                              {"stddev_samp", kDeviationSample},
                              {"var_pop", kVariancePop},
                              {"var_samp", kVarianceSample}};

/// Zeroed by SQLite at first.
Spread* spread_of(sqlite3_context* context) {
  return static_cast<Spread*>(
      sqlite3_aggregate_context(context, sizeof(Spread)));
}

void spread_step(sqlite3_context* context, int, sqlite3_value** values) {
  Spread* spread = spread_of(context);
  if (!spread) return sqlite3_result_error_nomem(context);
  if (sqlite3_value_type(values[0]) == SQLITE_NULL) return;
  spread->add(sqlite3_value_double(values[0]));
}

void spread_inverse(sqlite3_context* context, int, sqlite3_value** values) {
  Spread* spread = spread_of(context);
  if (!spread || sqlite3_value_type(values[0]) == SQLITE_NULL) return;
  spread->remove(sqlite3_value_double(values[0]));
}

void spread_value(sqlite3_context* context) {
  const Spread* spread = spread_of(context);
  const Kind kind = static_cast<const Named*>(sqlite3_user_data(context))->kind;
  const bool sample = kind == kVarianceSample || kind == kDeviationSample;
  const std::int64_t least = sample ? 2 : 1;
  if (!spread || spread->count < least) return sqlite3_result_null(context);
  const double variance = std::fmax(0, spread->squares) /
                          static_cast<double>(spread->count - (sample ? 1 : 0));
  const bool root = kind == kDeviationPop || kind == kDeviationSample;
  sqlite3_result_double(context, root ? std::sqrt(variance) : variance);
}

/// The first value that is not NULL.
void any_step(sqlite3_context* context, int, sqlite3_value** values) {
  auto** kept = static_cast<sqlite3_value**>(
      sqlite3_aggregate_context(context, sizeof(sqlite3_value*)));
  if (!kept) return sqlite3_result_error_nomem(context);
  if (*kept || sqlite3_value_type(values[0]) == SQLITE_NULL) return;
  *kept = sqlite3_value_dup(values[0]);
}

void any_final(sqlite3_context* context) {
  auto** kept = static_cast<sqlite3_value**>(
      sqlite3_aggregate_context(context, sizeof(sqlite3_value*)));
  if (!kept || !*kept) return;
  sqlite3_result_value(context, *kept);
  sqlite3_value_free(*kept);
}

}  // namespace

void add_aggregates(sqlite3* handle) {
  for (const Named& one : kSpreads) {
    sqlite3_create_window_function(
        handle, one.name, 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
        const_cast<Named*>(&one), spread_step, spread_value, spread_value,
        spread_inverse, nullptr);
  }
  sqlite3_create_function_v2(handle, "any_value", 1,
                             SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                             nullptr, any_step, any_final, nullptr);
}

}  // namespace manage::orm
