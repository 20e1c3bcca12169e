// GenericRelation: the rows of a model that point to one by its content type
// and its key.
#pragma once

#include "orm/dialect.hpp"
#include "orm/query/query_set.hpp"
#include "orm/query_sql.hpp"
#include "orm/registry.hpp"

namespace manage::orm {

/// Whether the row `alias` has the content type that the relation is about. It
/// is asked of the database within the query.
ExprPtr has_content_type(const Query& query, const GenericRelation& relation,
                         int alias);

/// Those of the rows that have the relation's content type.
QuerySet rows_of(const QuerySet& rows, const GenericRelation& relation);

/// The SQL of a key, as those rows have it.
std::string pointed_key(const TypedSql& key, const FieldDef& object,
                        const Dialect& dialect);
/// The same, for an expression.
ExprPtr pointed_key(const ExprPtr& key, const FieldDef& object);

/// A key as the rows that point to it have it: texts in some tables, numbers in
/// others.
Value object_value(const FieldDef& object, const Value& key);

}  // namespace manage::orm
