// SQLite's spelling of queries. Functions that begin with manage_ are those of
// orm/sqlite/functions.cpp.
#include "orm/query_sql.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/sqlite/dialect.hpp"

namespace manage::orm {

namespace {

using K = FieldKind;

std::string text_literal(std::string_view text) {
  return "'" + text::replace_all(std::string(text), "'", "''") + "'";
}

/// `$."name"[3]`: what looks like a number is an index.
std::string path_of(const std::vector<std::string>& keys) {
  std::string path = "$";
  for (const std::string& key : keys) {
    const bool index = !key.empty() && key.size() < 10 &&
                       std::all_of(key.begin(), key.end(), [](unsigned char c) {
                         return std::isdigit(c) != 0;
                       });
    path += index ? "[" + key + "]"
                  : ".\"" + text::replace_all(key, "\"", "\\\"") + "\"";
  }
  return path;
}

bool is_moment(std::optional<K> kind) {
  return kind == K::kDate || kind == K::kDateTime || kind == K::kTime;
}

class SqliteQuerySql final : public QuerySql {
 public:
  std::string typed(std::string placeholder, K kind, bool) const override {
    if (kind == K::kDecimal) {
      return fmt::format("CAST({} AS NUMERIC)", placeholder);
    }
    if (kind == K::kJson) return fmt::format("JSON({})", placeholder);
    return placeholder;
  }

  std::string extract(std::string_view part, const TypedSql& of,
                      std::string_view zone) const override {
    return fmt::format("manage_extract({}, {}, {})",
                       text_literal(text::lower(std::string(part))), of.sql,
                       of.kind == K::kDateTime ? text_literal(zone) : "NULL");
  }

  std::string trunc(std::string_view part, const TypedSql& of,
                    std::string_view zone, K result) const override {
    const std::string_view kind = result == K::kDate   ? "date"
                                  : result == K::kTime ? "time"
                                                       : "datetime";
    return fmt::format("manage_trunc({}, {}, {}, '{}')",
                       text_literal(text::lower(std::string(part))), of.sql,
                       of.kind == K::kDateTime ? text_literal(zone) : "NULL",
                       kind);
  }

  std::string json_path(const std::string& of,
                        const std::vector<std::string>& keys,
                        bool as_text) const override {
    return fmt::format("({} {} {})", of, as_text ? "->>" : "->",
                       text_literal(path_of(keys)));
  }

  std::string json_value(const std::string& of) const override {
    return fmt::format("manage_json_rank({})", of);
  }

  /// As PostgreSQL writes it.
  std::string json_part(const TypedSql& of) const override {
    if (of.kind == K::kJson) return fmt::format("JSON({})", of.sql);
    if (of.kind == K::kDateTime) {
      return fmt::format("(REPLACE({}, ' ', 'T') || '+00:00')", of.sql);
    }
    if (of.kind != K::kBoolean) return of.sql;
    return fmt::format(
        "JSON(CASE {} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END)",
        of.sql);
  }

  std::string list_of_texts(const std::string& placeholder) const override {
    return placeholder;
  }

  std::string in_integers(const std::string& left,
                          const std::string& placeholder) const override {
    return fmt::format("{} IN (SELECT value FROM JSON_EACH({}))", left,
                       placeholder);
  }

  Value integers(const std::vector<std::int64_t>& numbers) const override {
    return fmt::format("[{}]", fmt::join(numbers, ","));
  }

  std::string combine(std::string_view sign, const TypedSql& left,
                      const TypedSql& right,
                      std::optional<K> result) const override {
    if (sign == "^") return fmt::format("(POWER({},{}))", left.sql, right.sql);
    if (sign == "#") {
      return fmt::format("(({0} | {1}) - ({0} & {1}))", left.sql, right.sql);
    }
    if (sign == "-" && is_moment(left.kind) && is_moment(right.kind)) {
      return fmt::format("manage_time_between({}, {})", right.sql, left.sql);
    }
    if (is_moment(result)) {
      const bool first = is_moment(left.kind);
      return fmt::format("manage_time_add({}, {}{})",
                         first ? left.sql : right.sql, sign == "-" ? "-" : "",
                         first ? right.sql : left.sql);
    }
    return fmt::format("({} {} {})", left.sql, sign, right.sql);
  }

  std::string cast(const TypedSql& of, K kind,
                   const std::string& type) const override {
    if (kind == K::kDate || kind == K::kTime) {
      return fmt::format("manage_trunc('{0}', {1}, NULL, '{0}')",
                         kind == K::kDate ? "date" : "time", of.sql);
    }
    if (kind == K::kText && of.kind == K::kUuid) {
      // Kept as 32 digits; as a text it has dashes, as on PostgreSQL.
      return fmt::format(
          "(SUBSTR({0}, 1, 8) || '-' || SUBSTR({0}, 9, 4) || '-' || "
          "SUBSTR({0}, 13, 4) || '-' || SUBSTR({0}, 17, 4) || '-' || "
          "SUBSTR({0}, 21))",
          of.sql);
    }
    return fmt::format("CAST({} AS {})", of.sql, type);
  }
};

}  // namespace

std::string SqliteDialect::explain(
    const std::vector<std::string>& options) const {
  if (options.empty()) return "EXPLAIN QUERY PLAN";
  throw Error("query.expression",
              fmt::format("SQLite's EXPLAIN has no option {}", options.front()))
      .hint("leave the options out");
}

const QuerySql& SqliteDialect::query_sql() const {
  static const SqliteQuerySql kSql;
  return kSql;
}

}  // namespace manage::orm
