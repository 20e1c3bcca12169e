// What the dialects' tables of column types (orm/<dialect>/types.cpp) share.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "orm/field_def.hpp"
#include "orm/model_def.hpp"

namespace manage::orm {

/// The column type of one FieldKind. "{length}" stands for "(max_length)", or
/// nothing without one; "{digits}" for "(max_digits, decimal_places)";
/// "{element}" and "{size}" for what an array holds and how much of it.
struct ColumnType {
  FieldKind kind;
  std::string_view own;         ///< of the field's own column
  std::string_view referenced;  ///< of a foreign key to such a field
};

/// The field whose value a column holds: what a foreign key points to, through
/// any number of foreign keys; what a generated field computes; else the field
/// itself. Throws "models.unknown" where that leads nowhere, and "fields.cycle"
/// where it leads in a circle.
const FieldDef& value_field(const FieldDef& field, const ModelSet& models);

/// The column's type by a dialect's table; empty if it has no such type.
std::string spell_column_type(std::span<const ColumnType> types,
                              const FieldDef& field, const ModelSet& models);

}  // namespace manage::orm
