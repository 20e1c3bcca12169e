// Values of PostgreSQL's own types (arrays, hstore, ranges) as the text that
// the server reads and writes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/data.hpp"
#include "orm/field_def.hpp"
#include "orm/value.hpp"

namespace manage::orm {

/// The type of a range's two ends; nullopt for other fields.
std::optional<FieldKind> range_ends(FieldKind kind);

/// One element of an array or end of a range, without quotes.
std::string element_text(const Value& value);

/// `{a,"b c",NULL}`. A nested array is one of such texts, and is not quoted.
std::string array_text(const std::vector<std::optional<std::string>>& elements,
                       bool nested);

/// `"a"=>"1", "b"=>NULL`.
std::string hstore_text(
    const std::vector<std::pair<std::string, std::optional<std::string>>>&
        pairs);

/// `[1,5)`; an end that is missing is open.
std::string range_text(const std::optional<std::string>& lower,
                       const std::optional<std::string>& upper,
                       std::string_view bounds);

/// A range taken apart.
struct RangeParts {
  bool empty = false;
  std::optional<std::string> lower, upper;
  std::string bounds;  ///< "[)"
};

/// `[1,5)`, `(,2026-01-31]` or `empty`; nullopt if it is none of these.
std::optional<RangeParts> parse_range(std::string_view text);

/// A list, a map or the ends [lower, upper] as a value of such a field. Throws
/// "convert.value". REQUIRES: the field's type is rich.
Value rich_value(const FieldDef& field, const Data& data);

}  // namespace manage::orm
