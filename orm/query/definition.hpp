// Conditions (Q) and expressions in the definition of a table, as models.yaml
// and migrations state them: CHECK constraints, partial indexes, indexes over
// expressions, generated columns, defaults that the database computes.
//
// They are the trees of queries, and the compiler of queries makes SQL of them;
// but over the columns of one table and without its name, with values as
// literals, and without what only this program or only a query has. The text is
// the one Django prints. Pure functions, safe in any thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/data.hpp"
#include "orm/dialect.hpp"
#include "orm/model_def.hpp"
#include "orm/statement_builder.hpp"

namespace manage::orm {

/// A map of lookups that must all hold, with `or`, `and`, `xor` and `not`
/// entries: `{or: [{a: 1}, {b__gt: 2}], c__isnull: true}`.
///
/// Only columns of the model's own table can be used. Throws Error
/// "models.E012" for an unknown field, "models.E013" for one without a column,
/// "models.E016" for a parent's, "models.E041" for a path over a relation;
/// "query.condition", "query.lookup", "query.value" and "query.expression" as
/// queries do, and for what cannot stand in a definition.
std::string condition_sql(const Data& q, const ModelDef& model,
                          const ModelSet& models, const Dialect& dialect);

/// A field's name, or a map of one class or operator and its arguments:
/// `{Lower: title}`, `{"*": [price, {Value: 2}]}`, `{F: price}`. Without
/// parentheses around it and without `asc` and `desc`, which belong to the
/// index. Throws as condition_sql.
std::string expression_sql(const Data& expression, const ModelDef& model,
                           const ModelSet& models, const Dialect& dialect);

/// The same of one row that may not be there yet: `value_of` gives what it has
/// in the columns. To be asked as the only value of a query; NULL where the
/// condition is neither true nor false. Throws as condition_sql.
BoundStatement condition_of_values(
    const Data& q, const ModelDef& model, const ModelSet& models,
    const Dialect& dialect,
    const std::function<Value(const FieldDef&)>& value_of);

/// Every class that an expression there may be, sorted.
std::vector<std::string> definition_classes();

}  // namespace manage::orm
