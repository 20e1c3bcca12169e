// Records and rows are deleted, and what points to them as the fields'
// on_delete says: Django's (5.2) cascade collector.
//
// What is deleted is found first, in as many questions as there are relations,
// whatever the number of rows; what nothing points to and nobody is told about
// is deleted without being loaded. Scopes do not count: nothing hides from it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "orm/query/query_set.hpp"

namespace manage::orm {

/// How many rows of which models went: by label, in the order in which they
/// did. Join tables and parents count too, as in Django.
struct Deleted {
  std::int64_t total = 0;
  std::vector<std::pair<std::string, std::int64_t>> by_model;
};

/// Why rows cannot be deleted: code "delete.protected" or "delete.restricted".
class ProtectedError : public Error {
 public:
  using Error::Error;
  /// "shop.Book.author": the relations that forbid it.
  std::vector<std::string> fields;
  /// The records that they protect.
  Records records;
};

/// The record, its rows in the tables of parents, and what points to it; in one
/// block. Its key is NULL afterwards. With `keep_parents` its own row only.
/// Throws "write.unsaved" without a key, and ProtectedError.
Deleted remove(const RecordPtr& record, bool keep_parents = false);

/// Every row that the query set asks about, likewise. Throws "query.sliced",
/// "query.combined", and "query.expression" after values().
Deleted remove(const QuerySet& rows, const Databases& databases);

/// Deletes the rows themselves and nothing else: for rows that nothing points
/// to. The number of them.
std::int64_t raw_delete(const QuerySet& rows, Connection& connection);

}  // namespace manage::orm
