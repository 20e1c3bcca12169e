// What a field that is not given a value holds, for rows that exist already.
#pragma once

#include <optional>

#include "orm/convert.hpp"
#include "orm/field_def.hpp"
#include "orm/value.hpp"

namespace manage::orm {

/// The field's default; else, for a NOT NULL field, the empty text where it may
/// be blank, and the present for auto_now and auto_now_add; else nullopt.
/// `value_field` is the field whose values the column holds
/// (orm/column_types.hpp). Throws as default_value does.
std::optional<Value> effective_default(const FieldDef& field,
                                       const FieldDef& value_field,
                                       const DefaultOptions& options);

}  // namespace manage::orm
