// What an unquoted scalar means, for the reader, the conversions and the
// writer alike. Only these functions know the syntax of numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace manage::yaml {

/// The kinds of the YAML 1.2 core schema.
enum class ScalarKind { kNull, kBool, kInteger, kReal, kText };

/// The core schema, with one deviation: a number with leading zeros ("0012")
/// is text, and so are `.inf` and `.nan`, which JSON cannot hold.
ScalarKind core_kind(std::string_view plain);

/// A number as project files write it: an optional sign and digits without
/// leading zeros, 0o644, or 0x1F.
bool is_integer(std::string_view plain);
/// The value of an is_integer text; nullopt if it does not fit.
std::optional<std::int64_t> integer_value(std::string_view plain);

/// Whether a YAML 1.1 or 1.2 reader would take the plain scalar for anything
/// but a text: null, bool, number, sexagesimal, date, merge key, value key. It
/// errs on the side of yes: "1.2.3" is one.
bool is_ambiguous(std::string_view plain);

}  // namespace manage::yaml
