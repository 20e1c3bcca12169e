// Data of files as the values of fields.
#pragma once

#include <optional>
#include <string>

#include "core/data.hpp"
#include "orm/field_def.hpp"
#include "orm/value.hpp"

namespace manage::orm {

/// What `data` is for a field of that kind: 10, "10" and 10.0 are the decimal
/// 10 for a DecimalField and texts for a CharField. A date and time without an
/// offset is UTC. Null is Null. nullopt if it is no such value.
/// REQUIRES: `kind` has values of its own, so it is no relation.
std::optional<Value> data_value(const Data& data, FieldKind kind);

/// As data_value for a field nobody names: integers, decimals, texts, booleans
/// and null as they are; lists and maps as JSON.
Value plain_value(const Data& data);

/// A scalar as it stood in the file; JSON text for lists and maps.
std::string source_text(const Data& data);

}  // namespace manage::orm
