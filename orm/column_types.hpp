// What the dialects' tables of column types (orm/<dialect>/types.cpp) share.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "orm/field_def.hpp"
#include "orm/model_def.hpp"

namespace manage::orm {

/// The column type of one FieldKind. "{length}" stands for "(max_length)", or
/// nothing without one; "{digits}" for "(max_digits, decimal_places)".
struct ColumnType {
  FieldKind kind;
  std::string_view own;         ///< of the field's own column
  std::string_view referenced;  ///< of a foreign key to such a field
};

/// The column's type by a dialect's table, which is in the order of FieldKind.
std::string spell_column_type(std::span<const ColumnType> types,
                              const FieldDef& field, const ModelSet& models);

}  // namespace manage::orm
