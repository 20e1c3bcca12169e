// Rows by key, many keys in one statement.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "orm/connection.hpp"
#include "orm/field_def.hpp"
#include "orm/value.hpp"

namespace manage::loaders {

struct KeySelect {
  std::string table;
  std::vector<std::string> columns;      ///< to return
  std::vector<std::string> key_columns;  ///< that a key is made of
};

/// Calls `row` for every row of the table whose key is one of `keys`, in no
/// order, and possibly twice. A key has a value, in the driver's terms and not
/// NULL, for each key column.
void select_by_key(orm::Connection& connection, const KeySelect& select,
                   const std::vector<orm::Row>& keys,
                   const std::function<void(const orm::Row&)>& row);

/// The value as the database keeps it. Moves it where nothing changes.
orm::Value stored(const orm::Dialect& dialect, orm::FieldKind kind,
                  orm::Value value);

}  // namespace manage::loaders
