// Rows become records: what is selected for which record, and how they are put
// together.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "orm/query/query_set.hpp"
#include "orm/query/reading.hpp"
#include "orm/query/record.hpp"

namespace manage::orm {

/// The values of one record among those of a row.
struct RecordPart {
  std::shared_ptr<const RecordShape> shape;
  std::size_t first = 0;
  std::size_t count = 0;
  std::size_t key = 0;  ///< which of them is the key, NULL if there is no row
  /// The record that it is related to, and by what; of the first one itself.
  std::size_t parent = 0;
  std::string name;
};

struct RecordQuery {
  Query query;
  std::vector<RecordPart> parts;  ///< the first is the model's own
};

/// Of records of `model`, `path` away from `rows`; without names yet.
std::shared_ptr<RecordShape> new_shape(const QuerySet& rows,
                                       const Databases& databases,
                                       const Model& model,
                                       const std::string& path);

/// What to ask for, with the joins of select_related. Throws "query.field" for
/// a path that is no relation to one row.
RecordQuery make_record_query(const QuerySet& rows, const Databases& databases);

/// Asks, and makes records of the rows.
Records load_records(const RecordQuery& asked, Connection& connection);

/// The same one after the other, `chunk` rows at a time in memory.
void for_each_record(const RecordQuery& asked, Connection& connection,
                     std::size_t chunk,
                     const std::function<void(RecordPtr)>& see);

/// Asks for what the paths of `prefetch` lead to, once for each relation, and
/// gives it to the records.
void prefetch_related(const Records& records,
                      const std::vector<Prefetch>& prefetch,
                      const Databases& databases);

}  // namespace manage::orm
