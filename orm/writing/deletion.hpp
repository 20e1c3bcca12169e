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

struct RemoveOptions {
  bool keep_parents = false;  ///< only the row in the record's own table
  /// Rows go, whatever the model's soft_delete says.
  bool hard = false;
};

/// The record, its rows in the tables of parents, and what points to it; in one
/// block. Its key is NULL afterwards. With soft_delete it is marked
/// (soft_deletion.hpp). Throws "write.unsaved" without a key, and
/// ProtectedError.
Deleted remove(const RecordPtr& record, const RemoveOptions& options = {});

/// Every row that the query set asks about, likewise. Throws "query.sliced",
/// "query.combined", and "query.expression" after values().
Deleted remove(const QuerySet& rows, const Databases& databases,
               const RemoveOptions& options = {});

/// Takes back that rows were marked as deleted, with those that were marked by
/// the same call; the number of rows. Throws "write.options" for a model
/// without soft_delete. The query set must not be scoped, or it has none.
std::int64_t restore(const RecordPtr& record);
std::int64_t restore(const QuerySet& rows, const Databases& databases);

/// Deletes the rows themselves and nothing else: for rows that nothing points
/// to. The number of them.
std::int64_t raw_delete(const QuerySet& rows, Connection& connection);

}  // namespace manage::orm
