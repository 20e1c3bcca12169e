// What is wrong with one field by itself. Codes are Django's check ids.
#pragma once

#include "core/error.hpp"
#include "core/yaml.hpp"
#include "orm/field_def.hpp"

namespace manage::orm {

/// The arguments without which no column can be made: max_length, max_digits,
/// decimal_places, to, on_delete. `node` is the map the field was read from.
void check_required_arguments(const FieldDef& field, const yaml::Node& node,
                              Diagnostics& diagnostics);

/// Django's rules for names, lengths, digits, choices and for arguments that
/// exclude each other.
void check_field(const FieldDef& field, const yaml::Node& node,
                 Diagnostics& diagnostics);

}  // namespace manage::orm
