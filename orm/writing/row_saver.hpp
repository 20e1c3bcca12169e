// One row of a record: in its model's own table, or in that of a parent.
#pragma once

#include "orm/connection.hpp"
#include "orm/query/record.hpp"
#include "orm/writing/saving.hpp"

namespace manage::orm {

/// Writes the record's row in the table of `model`, and reads back what the
/// database computes. Whether there was a row already. Throws as save().
bool save_row_of(Record& record, const Model& model, const SaveOptions& options,
                 bool force_insert, Connection& connection);

/// What was related before it had a key has one now, and the foreign keys learn
/// it. Throws "write.unsaved" where it has none yet. `fields`: only these;
/// nullptr: all.
void take_related_keys(Record& record,
                       const std::vector<std::string>* fields = nullptr);

}  // namespace manage::orm
