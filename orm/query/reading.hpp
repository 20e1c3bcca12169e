// What a query's rows are read as.
#pragma once

#include <functional>
#include <vector>

#include "orm/connection.hpp"
#include "orm/query/query.hpp"

namespace manage::orm {

/// Turns a driver's value into one of an expression's kind: made once for each
/// column, used for each row.
class ColumnReader {
 public:
  ColumnReader(const Expr& expr, const ModelSet& models,
               const Dialect& dialect);
  void read(Value& value) const;

 private:
  const Dialect& dialect_;
  std::optional<FieldKind> kind_;
  int places_ = 0;
  bool column_ = false;  ///< else it is computed
  bool plain_ = false;   ///< the driver's value is the field's
};

/// Runs the query and reads what it has selected; none if nothing needs to be
/// asked.
std::vector<Row> read_rows(const Query& query, Connection& connection);

/// The same one after the other, `chunk` of them at a time in memory.
void stream_rows(const Query& query, Connection& connection, std::size_t chunk,
                 const std::function<void(Row&)>& see);

/// What aggregates give where there are no rows: Count 0, the others NULL or
/// their default.
Row empty_aggregates(const Query& query);

}  // namespace manage::orm
