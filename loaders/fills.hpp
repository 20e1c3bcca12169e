// What fields get that the file gives no value: NULL, defaults, empty text, the
// moment of the import.
#pragma once

#include <string>

#include "loaders/import_plan.hpp"

namespace manage::loaders {

/// Whether "" is a value of the field, and not the lack of one.
bool holds_text(const orm::FieldDef& field);

/// For a field without a column in the file: the moment of the import
/// (auto_now, auto_now_add), else the default, NULL, or '' where text may be
/// blank.
Fill absent_fill(const PlannedField& planned, const ImportOptions& options);

/// For an empty cell that is not quoted: NULL, else the moment, the default,
/// or '' where text may be blank.
Fill empty_fill(const PlannedField& planned, const ImportOptions& options);

/// For --set-value. Throws a usage error if the text is no value of the field.
Fill constant_fill(const orm::ModelSet& models, const PlannedField& planned,
                   const std::string& text, const ImportOptions& options);

}  // namespace manage::loaders
