// The validators that a field names, on one value: Django's (5.2) rules, in
// words of our own.
#pragma once

#include <optional>
#include <string>

#include "core/data.hpp"
#include "orm/field_def.hpp"
#include "orm/value.hpp"

namespace manage::orm {

struct InvalidValue {
  std::string code;  ///< Django's: "min_value"
  std::string message;
};

/// What one entry of `validators` says against the value; nullopt: nothing.
/// `own`: the field whose values the column holds. REQUIRES: the entry passed
/// check_validators(), and is no Lua function. Throws "pattern.…" for a regular
/// expression that is none.
std::optional<InvalidValue> validate(const Data& validator, const FieldDef& own,
                                     const Value& value);

}  // namespace manage::orm
