// How a database spells what conditions and expressions are made of: tables
// only, one for each dialect (orm/<dialect>/sql_syntax.cpp).
#pragma once

#include <span>
#include <string_view>

namespace manage::orm {

/// A function whose SQL differs from the plain NAME(argument, …).
struct FunctionSpelling {
  std::string_view name;  ///< Django's class: "Left"
  /// A name ("MAX"), a template of the arguments ("SUBSTR({0}, 1, {1})"), or
  /// empty where the database has no such function.
  std::string_view sql;
};

/// A lookup that compares text.
struct TextLookup {
  std::string_view name;     ///< "icontains"
  std::string_view sql;      ///< {0} is the column, {1} the literal
  std::string_view pattern;  ///< what is compared with: "%{}%"
  bool escaped = true;       ///< whether % and _ in the text are escaped
  /// Makes such a pattern of a text that the database computes.
  std::string_view computed = "{}";
};

/// A lookup of values that are more than one: JSON, arrays, ranges, hstore.
struct RichLookup {
  std::string_view name;  ///< "json.has_key": what it is of, and the lookup
  std::string_view sql;   ///< {0} is the column, {1} the other side
};

struct SqlSyntax {
  std::span<const FunctionSpelling> functions;
  std::span<const TextLookup> text_lookups;
  /// Around a computed decimal.
  std::string_view decimal_result;
  /// Makes a text of what is none, where joining does not do so by itself.
  std::string_view as_text;
  /// Joins two texts, null counting as empty.
  std::string_view concat;
  /// What only queries may use, because it is a function that this program
  /// adds, or none that can stand in an index.
  std::span<const FunctionSpelling> query_functions = {};
  std::span<const TextLookup> query_lookups = {};
  std::span<const RichLookup> rich_lookups = {};
  /// Microseconds since the transaction began; empty where statements run as
  /// soon as they are given.
  std::string_view time_in_transaction = {};
  /// A statement that fails where the query {0} has a row, or has none: for
  /// transactions that are sent as a whole. Empty as the one before.
  std::string_view fail_if_any = {};
  std::string_view fail_if_none = {};
  /// Rows of new numbers that the database gives to the column {1} of {0}, both
  /// as literals: {2} of them. Empty where last_number does.
  std::string_view take_numbers = {};
  /// The number before the next one that the column {1} of the table {0} gets,
  /// both quoted; {2} is the table as a literal. Nobody else may write.
  std::string_view last_number = {};
  /// Whether parameters in VALUES must say their types.
  bool typed_values = false;
};

}  // namespace manage::orm
