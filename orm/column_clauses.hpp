// What stands in a column's definition beside its type: the default that the
// database gives, and what it computes.
#pragma once

#include <string>
#include <string_view>

#include "orm/dialect.hpp"
#include "orm/field_def.hpp"
#include "orm/model_def.hpp"

namespace manage::orm {

/// Whether the field's db_default is the same for every row: a value and no
/// expression. REQUIRES: has_db_default().
bool has_literal_db_default(const FieldDef& field);

/// Whether the expression of a generated field names that field, as far as can
/// be seen without its model: a text that is equal counts too. False for other
/// fields.
bool is_computed_from(const FieldDef& field, std::string_view source);

/// What follows DEFAULT: a literal, or an expression in parentheses. Throws
/// Error "fields.E012" where the expression uses a column, else as
/// expression_sql. REQUIRES: has_db_default().
std::string db_default_sql(const FieldDef& field, const ModelSet& models,
                           const Dialect& dialect);

/// `GENERATED ALWAYS AS (…) STORED`, or VIRTUAL. Throws as expression_sql and
/// condition_sql. REQUIRES: is_generated().
std::string generated_clause(const ModelDef& model, const FieldDef& field,
                             const ModelSet& models, const Dialect& dialect);

}  // namespace manage::orm
