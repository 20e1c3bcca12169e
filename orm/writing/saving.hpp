// Records are written: Django's (5.2) Model.save() and refresh_from_db().
//
// Errors: "write.options" for options that exclude each other;
// "write.unsaved" for a related record that is not in the database, whose rows
// would be lost; "write.not-updated" where a row that must be there is not;
// "query.field", "query.value" of the fields; "database.…" of constraints.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orm/query/record.hpp"
#include "orm/writing/row_values.hpp"

namespace manage::orm {

struct SaveOptions {
  bool force_insert = false;
  bool force_update = false;
  /// Only these fields, of a row that is there; none: nothing is done.
  std::optional<std::vector<std::string>> update_fields = {};
  /// The database to write to; empty: where the record is from.
  std::string alias = {};
  /// Values as they are, without auto_now and the rows of parents: fixtures.
  bool raw = false;
};

/// UPDATE if a row has the key, else INSERT; a new record whose key has a
/// default is inserted at once. With multi-table inheritance the rows of the
/// parents are written first, all in one block. What the database computes is
/// read back: keys, db_default, generated columns, expressions.
void save(Record& record, const SaveOptions& options = {});

/// What fields have now; without names all that are loaded, and relations are
/// asked for again. Throws "query.none" if the row is gone.
void refresh(Record& record, const std::vector<std::string>& fields = {});

}  // namespace manage::orm
