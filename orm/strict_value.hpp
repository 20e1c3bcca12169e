// Values that a program gives to fields: each is one of the field's, or an
// error. Nothing is rounded, cut or bent, so that what is read back is what was
// written.
#pragma once

#include <string>

#include "orm/field_def.hpp"
#include "orm/model_def.hpp"
#include "orm/value.hpp"

namespace manage::orm {

/// `value` as one of the field's: an integer is a decimal and, where it is
/// exact, a float; a text is what it says to a field that is none (numbers,
/// dates, uuids); anything is JSON. A float is never a decimal, a moment never
/// a day. `own`: the field whose values the column holds
/// (orm/column_types.hpp). NULL is the database's to judge, formats and choices
/// are full_clean's. Throws "query.value" with the reason.
Value strict_value(const FieldDef& field, const FieldDef& own,
                   const ModelSet& models, const std::string& label,
                   Value value);

}  // namespace manage::orm
