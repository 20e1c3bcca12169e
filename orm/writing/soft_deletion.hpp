// Rows that are marked as deleted instead of deleted: models with
// `soft_delete: field` (docs/orm.md).
//
// What points to a marked row still has something to point to, so only
// on_delete CASCADE, PROTECT and RESTRICT mean something here: CASCADE marks
// the rows of models that have soft_delete too, at the same moment, and leaves
// the others alone; PROTECT and RESTRICT forbid as they do elsewhere, but rows
// that are marked themselves do not count.
#pragma once

#include "orm/writing/deletion.hpp"

namespace manage::orm {

/// Marks the rows that are not marked yet. REQUIRES: the model has soft_delete.
Deleted mark_deleted(const QuerySet& rows, const Databases& databases);

/// Takes the marks of these rows back, and of those that were marked with them,
/// which only a moment tells. The number of rows.
std::int64_t unmark_deleted(const QuerySet& rows, const Databases& databases);

}  // namespace manage::orm
