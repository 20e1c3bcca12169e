// What stands in the parentheses of indexes and exclusion constraints: columns
// and expressions with their order and operator class.
#pragma once

#include <string>

#include "core/data.hpp"
#include "orm/part_types.hpp"
#include "orm/schema_sql.hpp"

namespace manage::orm {

/// One entry of `expressions` without what belongs to the index and not to the
/// expression: an operator beside it, `asc` or `desc`, OpClass.
const Data& bare_expression(const Data& entry);

/// `fields` (with "-" for descending) or `expressions`, `include` and
/// `condition`, as SQL. Without a name. Throws "models.unknown", and as
/// expression_sql and condition_sql.
IndexSpec index_spec(const SchemaSql& sql, const DataMap& arguments,
                     const ModelDef& model, const ModelSet& models);

/// The arguments of an index that are its storage parameters:
/// `fillfactor = 70, buffering = on`.
std::string storage_parameters(const PartType& type, const DataMap& arguments);

/// `EXCLUDE USING GIST ("room" WITH =, "during" WITH &&)`, and what follows.
std::string exclusion_clause(const SchemaSql& sql, const DataMap& arguments,
                             const ModelDef& model, const ModelSet& models);

}  // namespace manage::orm
