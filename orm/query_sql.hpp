// How a database spells what is more than a template in a query: values with
// their types, parts of dates, JSON paths, arithmetic. One class for each
// dialect (orm/<dialect>/query_sql.cpp); stateless, safe in any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/data.hpp"
#include "orm/field_def.hpp"
#include "orm/value.hpp"

namespace manage::orm {

/// SQL, and what values it has as far as that is known.
struct TypedSql {
  std::string sql;
  std::optional<FieldKind> kind;
};

class QuerySql {
 public:
  virtual ~QuerySql() = default;

  /// A placeholder where nothing else says what type it is of.
  virtual std::string typed(std::string placeholder, FieldKind kind,
                            bool small_integer) const = 0;
  /// The year, month, … of a date, time or moment: the class without "Extract".
  /// `zone`: whose day and hour it is, for moments.
  virtual std::string extract(std::string_view part, const TypedSql& of,
                              std::string_view zone) const = 0;
  /// The beginning of the year, month, … it is in, of the kind `result`: the
  /// class without "Trunc".
  virtual std::string trunc(std::string_view part, const TypedSql& of,
                            std::string_view zone, FieldKind result) const = 0;
  /// What lies at the end of keys (texts) and indexes (texts of numbers).
  virtual std::string json_path(const std::string& of,
                                const std::vector<std::string>& keys,
                                bool as_text) const = 0;
  /// A JSON value as it is compared with another one of JSON.
  virtual std::string json_value(const std::string& of) const = 0;
  /// A value as a part of JSON that is built of it.
  virtual std::string json_part(const TypedSql& of) const { return of.sql; }
  /// The text of each of these, for a lookup that asks for several keys.
  virtual std::string list_of_texts(const std::string& placeholder) const = 0;
  /// Whether `left` is one of many integers, which are one parameter: the
  /// database need not read and plan for each.
  virtual std::string in_integers(const std::string& left,
                                  const std::string& placeholder) const = 0;
  virtual Value integers(const std::vector<std::int64_t>& numbers) const = 0;
  /// `left sign right`, of the kind `result`.
  virtual std::string combine(std::string_view sign, const TypedSql& left,
                              const TypedSql& right,
                              std::optional<FieldKind> result) const = 0;
  /// A value as one of another type.
  virtual std::string cast(const TypedSql& of, FieldKind kind,
                           const std::string& type) const = 0;
};

}  // namespace manage::orm
