#include "orm/writing/deletion.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "orm/atomic.hpp"
#include "orm/query/compiler.hpp"
#include "orm/writing/collector.hpp"

namespace manage::orm {

Deleted remove(const RecordPtr& record, bool keep_parents) {
  const RecordShape& shape = record->shape();
  if (is_null(record->key())) {
    throw Error("write.unsaved",
                fmt::format("this {} has no key: it is not in the database",
                            record->model().label()));
  }
  const std::string alias =
      shape.databases->write_alias(record->model(), shape.alias);
  require_usable(shape.databases->writing(alias));
  Collector collector(*shape.registry, *shape.databases, alias);
  collector.collect({record}, keep_parents);
  return collector.remove();
}

Deleted remove(const QuerySet& rows, const Databases& databases) {
  const Query& query = rows.query();
  if (query.combinator != Combinator::kNone) {
    throw Error("query.combined", "combined rows cannot be deleted");
  }
  if (query.limit == 0) return {};
  if (query.sliced() || !query.distinct_on.empty()) {
    throw Error("query.sliced", "rows that are cut off cannot be deleted")
        .hint("filter by their keys: pk__in");
  }
  if (query.own_model || rows.has_values()) {
    throw Error("query.expression",
                "the rows of a query have no table to delete them from");
  }
  const std::string alias = rows.write_alias(databases);
  require_usable(databases.writing(alias));
  Collector collector(rows.registry(), databases, alias);
  collector.collect(rows.order_by({}));
  return collector.remove();
}

std::int64_t raw_delete(const QuerySet& rows, Connection& connection) {
  const auto statement =
      compile_delete(rows.order_by({}).query(), connection.dialect());
  if (!statement) return 0;
  return connection.execute(statement->sql, statement->parameters);
}

}  // namespace manage::orm
