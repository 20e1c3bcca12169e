// What a query's rows are read as.
#pragma once

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
  const ModelSet& models_;
  const FieldDef* field_ = nullptr;  ///< of a column; else the kind says it
  std::optional<FieldKind> kind_;
};

/// Runs the query and reads what it has selected; none if nothing needs to be
/// asked.
std::vector<Row> read_rows(const Query& query, Connection& connection);

/// What aggregates give where there are no rows: Count 0, the others NULL or
/// their default.
Row empty_aggregates(const Query& query);

}  // namespace manage::orm
