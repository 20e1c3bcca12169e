// Values that a field's own type reads: its default and its choices.
#pragma once

#include <optional>
#include <string_view>

#include "core/data.hpp"
#include "core/error.hpp"
#include "core/yaml.hpp"
#include "orm/field_def.hpp"

namespace manage::orm {

/// A literal of the field's type, or one of the maps `{call: now}`,
/// `{lua: name}`, `{Value: …}`, which are kept as they are. Null is a value.
std::optional<Data> read_default(const yaml::Node& node, const FieldDef& field,
                                 std::string_view what,
                                 Diagnostics& diagnostics);

/// A literal of the field's type, or an expression that the database computes:
/// a map of one class or operator.
std::optional<Data> read_db_default(const yaml::Node& node,
                                    const FieldDef& field,
                                    std::string_view what,
                                    Diagnostics& diagnostics);

/// Values, pairs, a map or groups, as a list of [value, label] and
/// [group, [[value, label], …]].
std::optional<Data> read_choices(const yaml::Node& node, const FieldDef& field,
                                 std::string_view what,
                                 Diagnostics& diagnostics);

}  // namespace manage::orm
