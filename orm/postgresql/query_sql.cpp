// PostgreSQL's spelling of queries.
#include "orm/query_sql.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/postgresql/dialect.hpp"

namespace manage::orm {

namespace {

using K = FieldKind;

std::string text_literal(std::string_view text) {
  return "'" + text::replace_all(std::string(text), "'", "''") + "'";
}

/// The type that a placeholder is of; empty: the server finds it itself.
std::string_view type_of(K kind, bool small_integer) {
  switch (kind) {
    case K::kBoolean:
      return "boolean";
    case K::kFloat:
      return "double precision";
    case K::kDecimal:
      return "numeric";
    case K::kDate:
      return "date";
    case K::kTime:
      return "time";
    case K::kDateTime:
      return "timestamptz";
    case K::kDuration:
      return "interval";
    case K::kUuid:
      return "uuid";
    case K::kJson:
      return "jsonb";
    case K::kBinary:
      return "bytea";
    case K::kGenericIPAddress:
      return "inet";
    case K::kChar:
    case K::kEmail:
    case K::kFile:
    case K::kFilePath:
    case K::kImage:
    case K::kSlug:
    case K::kText:
    case K::kUrl:
      return "text";
    case K::kArray:
    case K::kHStore:
    case K::kSearchVector:
    case K::kIntegerRange:
    case K::kBigIntegerRange:
    case K::kDecimalRange:
    case K::kDateRange:
    case K::kDateTimeRange:
      return "";
    default:
      return small_integer ? "integer" : "bigint";
  }
}

class PostgresqlQuerySql final : public QuerySql {
 public:
  std::string typed(std::string placeholder, K kind,
                    bool small_integer) const override {
    const std::string_view type = type_of(kind, small_integer);
    if (type.empty()) return placeholder;
    return fmt::format("{}::{}", placeholder, type);
  }

  std::string extract(std::string_view part, const TypedSql& of,
                      std::string_view zone) const override {
    const std::string moment = in_zone(of, zone);
    if (part == "WeekDay") {
      return fmt::format("(EXTRACT(DOW FROM {})::integer + 1)", moment);
    }
    if (part == "Second") {
      return fmt::format("FLOOR(EXTRACT(SECOND FROM {}))::integer", moment);
    }
    std::string field = text::upper(std::string(part));
    if (part == "IsoWeekDay") field = "ISODOW";
    return fmt::format("EXTRACT({} FROM {})::integer", field, moment);
  }

  std::string trunc(std::string_view part, const TypedSql& of,
                    std::string_view zone, K result) const override {
    const std::string moment = in_zone(of, zone);
    if (part == "Date") return fmt::format("({})::date", moment);
    if (part == "Time") return fmt::format("({})::time", moment);
    std::string sql =
        fmt::format("DATE_TRUNC({}, {})",
                    text_literal(text::lower(std::string(part))), moment);
    if (of.kind == K::kTime) return fmt::format("({})::time", sql);
    if (result == K::kDate) return fmt::format("({})::date", sql);
    return fmt::format("({} AT TIME ZONE {})", sql, text_literal(zone));
  }

  std::string json_path(const std::string& of,
                        const std::vector<std::string>& keys,
                        bool as_text) const override {
    std::vector<std::string> parts;
    for (const std::string& key : keys) parts.push_back(text_literal(key));
    return fmt::format("({} {} ARRAY[{}])", of, as_text ? "#>>" : "#>",
                       text::join(parts, ", "));
  }

  std::string json_value(const std::string& of) const override { return of; }

  std::string list_of_texts(const std::string& placeholder) const override {
    return fmt::format("ARRAY(SELECT jsonb_array_elements_text({}::jsonb))",
                       placeholder);
  }

  std::string in_integers(const std::string& left,
                          const std::string& placeholder) const override {
    return fmt::format("{} = ANY({}::bigint[])", left, placeholder);
  }

  Value integers(const std::vector<std::int64_t>& numbers) const override {
    return fmt::format("{{{}}}", fmt::join(numbers, ","));
  }

  std::string combine(std::string_view sign, const TypedSql& left,
                      const TypedSql& right,
                      std::optional<K> result) const override {
    if (sign == "-" && left.kind == K::kDate && right.kind == K::kDate) {
      return fmt::format("(interval '1 day' * ({} - {}))", left.sql, right.sql);
    }
    if (result == K::kDateTime && sign == "+" && left.kind == K::kDate) {
      return fmt::format("({} + {})", left.sql, right.sql);
    }
    if (left.kind == K::kSearchVector && right.kind == K::kSearchVector) {
      sign = sign == "&" ? "&&" : "||";  // of queries; "+" is of vectors
    }
    return fmt::format("({} {} {})", left.sql, sign, right.sql);
  }

  std::string cast(const TypedSql& of, K,
                   const std::string& type) const override {
    return fmt::format("({})::{}", of.sql, type);
  }

 private:
  static std::string in_zone(const TypedSql& of, std::string_view zone) {
    if (of.kind != K::kDateTime) return of.sql;
    return fmt::format("{} AT TIME ZONE {}", of.sql, text_literal(zone));
  }
};

}  // namespace

/// An option is a word of EXPLAIN's ("analyze"), or such a word and its value
/// ("format json").
std::string PostgresqlDialect::explain(
    const std::vector<std::string>& options) const {
  if (options.empty()) return "EXPLAIN";
  for (const std::string& option : options) {
    const bool words =
        !option.empty() &&
        std::all_of(option.begin(), option.end(), [](unsigned char c) {
          return std::isalpha(c) != 0 || c == ' ' || c == '_';
        });
    if (words) continue;
    throw Error("query.expression",
                fmt::format("EXPLAIN has no option {}", option))
        .hint("such as analyze, buffers, verbose, or format json");
  }
  return fmt::format("EXPLAIN ({})", text::upper(text::join(options, ", ")));
}

const QuerySql& PostgresqlDialect::query_sql() const {
  static const PostgresqlQuerySql kSql;
  return kSql;
}

}  // namespace manage::orm
