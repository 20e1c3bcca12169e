// Conditions (Q) and expressions, as models.yaml and migrations state them, as
// SQL text for DDL: CHECK constraints, partial indexes, expression indexes.
//
// The text is the one Django prints: columns in quotes and without their table,
// values as literals. Pure functions, safe in any thread.
#pragma once

#include <string>

#include "core/data.hpp"
#include "orm/dialect.hpp"
#include "orm/model_def.hpp"

namespace manage::orm {

/// A map of lookups that must all hold, with `or`, `and`, `xor` and `not`
/// entries: `{or: [{a: 1}, {b__gt: 2}], c__isnull: true}`.
///
/// Only columns of the model's own table can be used. Throws Error
/// "models.E012" for an unknown field, "models.E041" for a path over a
/// relation, "conditions.*" for what cannot stand in DDL or is no value of the
/// field; the message names the part.
std::string condition_sql(const Data& q, const ModelDef& model,
                          const ModelSet& models, const Dialect& dialect);

/// A field's name, or a map of one class or operator and its arguments:
/// `{Lower: title}`, `{"*": [price, {Value: 2}]}`, `{F: price}`. Without
/// parentheses around it and without `asc` and `desc`, which belong to the
/// index. Throws as condition_sql.
std::string expression_sql(const Data& expression, const ModelDef& model,
                           const ModelSet& models, const Dialect& dialect);

}  // namespace manage::orm
