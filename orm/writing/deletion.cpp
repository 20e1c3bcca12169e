#include "orm/writing/deletion.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "orm/atomic.hpp"
#include "orm/query/compiler.hpp"
#include "orm/writing/collector.hpp"
#include "orm/writing/saving.hpp"
#include "orm/writing/soft_deletion.hpp"

namespace manage::orm {

namespace {

QuerySet row_of(Record& record) {
  const RecordShape& shape = record.shape();
  if (is_null(record.key())) {
    throw Error("write.unsaved",
                fmt::format("this {} has no key: it is not in the database",
                            record.model().label()));
  }
  return QuerySet(*shape.registry, record.model())
      .filter(Q("pk", record.key()))
      .near_database(shape.alias);
}

void check(const QuerySet& rows) {
  const Query& query = rows.query();
  if (query.combinator != Combinator::kNone) {
    throw Error("query.combined", "combined rows cannot be deleted");
  }
  if (query.sliced() || !query.distinct_on.empty()) {
    throw Error("query.sliced", "rows that are cut off cannot be deleted")
        .hint("filter by their keys: pk__in");
  }
  if (query.own_model || rows.has_values()) {
    throw Error("query.expression",
                "the rows of a query have no table to delete them from");
  }
}

/// Where it was written: a replica may not know yet.
void read_mark(Record& record) {
  const Databases& databases = *record.shape().databases;
  record.keep_saved(databases.write_alias(record.model(), record.alias()));
  refresh(record, {record.model().soft_delete()->attname()});
}

void require_soft(const Model& model) {
  if (model.soft_delete()) return;
  throw Error("write.options",
              fmt::format("{} has no soft_delete: what is deleted is gone",
                          model.label()));
}

}  // namespace

Deleted remove(const RecordPtr& record, const RemoveOptions& options) {
  const RecordShape& shape = record->shape();
  const QuerySet row = row_of(*record);
  const FieldDef* mark = record->model().soft_delete();
  if (mark && !options.hard) {
    Deleted done = mark_deleted(row, *shape.databases);
    read_mark(*record);
    return done;
  }
  const std::string alias =
      shape.databases->write_alias(record->model(), shape.alias);
  require_usable(shape.databases->writing(alias));
  Collector collector(*shape.registry, *shape.databases, alias);
  collector.collect({record}, options.keep_parents);
  return collector.remove();
}

Deleted remove(const QuerySet& rows, const Databases& databases,
               const RemoveOptions& options) {
  if (rows.query().limit == 0) return {};
  check(rows);
  if (rows.model().soft_delete() && !options.hard) {
    return mark_deleted(rows, databases);
  }
  const std::string alias = rows.write_alias(databases);
  require_usable(databases.writing(alias));
  Collector collector(rows.registry(), databases, alias);
  collector.collect(rows.order_by({}));
  return collector.remove();
}

std::int64_t restore(const RecordPtr& record) {
  require_soft(record->model());
  const std::int64_t count =
      unmark_deleted(row_of(*record), *record->shape().databases);
  read_mark(*record);
  return count;
}

std::int64_t restore(const QuerySet& rows, const Databases& databases) {
  require_soft(rows.model());
  check(rows);
  return unmark_deleted(rows, databases);
}

std::int64_t raw_delete(const QuerySet& rows, Connection& connection) {
  const auto statement =
      compile_delete(rows.order_by({}).query(), connection.dialect());
  if (!statement) return 0;
  return connection.execute(statement->sql, statement->parameters);
}

}  // namespace manage::orm
