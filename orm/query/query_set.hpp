// QuerySet: rows of a model, to be asked for.
//
// An immutable value, cheap to copy: each method gives a new one, and nothing
// is asked before a method that takes a connection. Names are resolved at once,
// so what does not exist is an error where it is written. Semantics are Django
// 5.2's. Safe in any thread; the registry outlives it.
//
// Errors: "query.field", "query.lookup", "query.value", "query.condition",
// "query.expression", each with near names; "query.sliced" for a change of what
// is cut off already, "query.combined" for one of a union; "query.none" and
// "query.several" where exactly one row is asked for.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orm/connection.hpp"
#include "orm/query/ordering.hpp"
#include "orm/query/q.hpp"
#include "orm/query/query.hpp"
#include "orm/query/query_options.hpp"
#include "orm/query/record.hpp"
#include "orm/statement_builder.hpp"

namespace manage::orm {

/// The condition on rows that are not marked as deleted; the field is that of
/// Model::soft_delete().
Q not_deleted(const FieldDef& soft_delete);

class QuerySet {
 public:
  /// Every row of the model, in its meta.ordering.
  QuerySet(const Registry& registry, const Model& model);
  /// Those that the model's default_scope leaves, without those that are marked
  /// as deleted: what managers give.
  static QuerySet scoped(const Registry& registry, const Model& model);

  const Model& model() const { return *query_->model; }
  const Registry& registry() const { return *query_->registry; }

  /// Conditions of one call are about the same related row, those of two calls
  /// about any: filter(a & b) and filter(a).filter(b) differ.
  QuerySet filter(const Q& q) const;
  QuerySet exclude(const Q& q) const;
  /// Names for expressions: rows have their values, and filter() and order_by()
  /// know them. With an aggregate among them there is one row for each of the
  /// rows so far, or after values() for each combination of those.
  QuerySet annotate(const std::vector<Named>& annotations) const;
  /// The same, but rows do not have the values.
  QuerySet alias(const std::vector<Named>& annotations) const;
  /// "price", "-price", "author__name", "pk", "?" for any order; a relation
  /// orders as its model does. Without names in no order. Replaces the order so
  /// far; what was reversed stays so, as in Django.
  QuerySet order_by(const std::vector<Ordering>& order) const;
  QuerySet reverse() const;
  /// No two rows that are equal; with names (PostgreSQL) the first of those
  /// that are equal there.
  QuerySet distinct(const std::vector<std::string>& names = {}) const;
  /// Rows have the values of these paths or expressions, in this order; without
  /// names, of every column and annotation.
  QuerySet values(const std::vector<Named>& names) const;
  /// The days or moments that a field has, cut to "year", "month", "week",
  /// "day", and for datetimes "hour", "minute", "second"; each once, in order.
  QuerySet dates(const std::string& field, std::string_view kind,
                 bool descending = false) const;
  QuerySet datetimes(const std::string& field, std::string_view kind,
                     bool descending = false) const;
  /// `count` rows, from the one with index `first`; without it, all of them.
  /// Of a slice, a slice of it.
  QuerySet slice(std::int64_t first,
                 std::optional<std::int64_t> count = {}) const;
  /// No rows, and no question to the database.
  QuerySet none() const;

  /// These rows as those of a model of its own, whose fields are the values
  /// they have: to be filtered, summed up and joined anew. A subquery in FROM,
  /// or one that stands before the query (WITH); `materialized` says whether
  /// the database must compute it first, or must not. With the model's key
  /// among the values, its other fields and relations are there too; foreign
  /// keys always lead where they led. They are no records. Errors:
  /// "query.expression" for a name that a table has, and for values without a
  /// usable name.
  QuerySet as_source(const std::string& name = "rows") const;
  QuerySet as_cte(const std::string& name,
                  std::optional<bool> materialized = {}) const;
  /// These rows, and what `step` makes of those found last, until it finds none
  /// (WITH RECURSIVE). `step` gives values of the same names. Without
  /// duplicates, so that a circle ends, unless they are wanted.
  QuerySet recursive(const std::string& name,
                     const std::function<QuerySet(const QuerySet&)>& step,
                     bool keep_duplicates = false) const;

  /// Rows of this one and the others: the same number of values each.
  QuerySet union_with(const std::vector<QuerySet>& others,
                      bool all = false) const;
  QuerySet intersection(const std::vector<QuerySet>& others) const;
  QuerySet difference(const std::vector<QuerySet>& others) const;

  /// Rows stay locked until the transaction ends, where the database can. There
  /// must be one when it is asked: otherwise Error "query.lock".
  QuerySet select_for_update(const LockOptions& options = {}) const;

  /// Foreign keys and one-to-one relations whose records come with the rows, by
  /// joins: "author__editor". Without names, all that cannot be null.
  QuerySet select_related(const std::vector<std::string>& paths = {}) const;
  QuerySet prefetch_related(const std::vector<Prefetch>& prefetch) const;
  /// Columns that are not loaded, or only those that are; the key always is.
  QuerySet defer(const std::vector<std::string>& names) const;
  QuerySet only(const std::vector<std::string>& names) const;
  /// The database to ask.
  QuerySet using_database(std::string alias) const;
  /// The database to ask unless database_routers name one: that of the record
  /// that the rows belong to.
  QuerySet near_database(std::string alias) const;
  /// With the database that will be asked.
  QuerySet located(const Databases& databases) const;
  /// Where its rows are written.
  std::string write_alias(const Databases& databases) const;
  /// What happens when a record must ask again, whatever the settings say.
  QuerySet lazy_loading(LazyLoading lazy) const;

  /// As an expression in another query: its first value, whether it has rows,
  /// or all of them as an array. For `in`, its only column or the key.
  ExprPtr subquery(FieldPtr output = nullptr) const;
  ExprPtr exists_subquery() const;
  ExprPtr array_subquery() const;

  /// Names of what rows() gives.
  std::vector<std::string> column_names() const;
  /// Typed by their fields.
  std::vector<Row> rows(Connection& connection) const;
  std::int64_t count(Connection& connection) const;
  bool exists(Connection& connection) const;
  /// The values of aggregates over all rows, in their order.
  Row aggregate(const std::vector<Named>& aggregates,
                Connection& connection) const;
  /// How the database would go about it, as it says it.
  std::string explain(Connection& connection,
                      const std::vector<std::string>& options = {}) const;

  /// Those that a scope of the model leaves, in its order. Throws "query.scope"
  /// with near names.
  QuerySet scope(std::string_view name) const;

  /// The rows as records, with what select_related() and prefetch_related()
  /// asked for. REQUIRES: no values().
  Records records(const Databases& databases) const;
  /// Each record, in chunks; nothing is kept. Prefetching is done per chunk.
  void each(const Databases& databases,
            const std::function<void(const RecordPtr&)>& visit,
            std::size_t chunk = 2000) const;
  /// The one row that meets the condition. Throws "query.none",
  /// "query.several".
  RecordPtr get(const Q& q, const Databases& databases) const;
  /// nullptr if there are no rows. By the key, if there is no order.
  RecordPtr first(const Databases& databases) const;
  RecordPtr last(const Databases& databases) const;
  /// By these fields, else by meta.get_latest_by. Throws "query.none".
  RecordPtr latest(const std::vector<std::string>& fields,
                   const Databases& databases) const;
  RecordPtr earliest(const std::vector<std::string>& fields,
                     const Databases& databases) const;
  /// Those with these values of a unique field, in no order.
  Records in_bulk(const std::vector<Value>& values, const Databases& databases,
                  const std::string& field = "pk") const;
  bool contains(Record& record, const Databases& databases) const;
  /// Records of a SELECT that the caller answers for; `%s` stands for a
  /// parameter. Its columns are the model's by their names, others are kept
  /// like annotations, and missing ones asked for when they are wanted. Throws
  /// "query.raw" without the key.
  Records raw(const std::string& sql, const std::vector<Value>& parameters,
              const Databases& databases) const;

  /// With a condition that is made already, on a query of this one.
  QuerySet where(const ExprPtr& condition, Query query) const;
  /// Whether the rows have an order.
  bool ordered() const;
  /// Whether rows have what values() named, so that they are no records.
  bool has_values() const { return fields_.has_value(); }
  const Loading& loading() const { return *loading_; }
  /// What rows() asks; nullopt if it asks nothing.
  std::optional<BoundStatement> statement(const Dialect& dialect) const;
  /// With everything that a compiler needs.
  Query complete() const;
  /// What was put together so far.
  const Query& query() const { return *query_; }

 private:
  QuerySet with(Query query) const;
  Query changeable(std::string_view method) const;
  void refuse_combined(std::string_view method) const;
  QuerySet annotated(const std::vector<Named>& annotations,
                     bool selected) const;
  QuerySet combined(Combinator combinator,
                    const std::vector<QuerySet>& others) const;
  QuerySet truncated(const std::string& field, const std::string& function,
                     bool descending) const;
  void group_if_needed(Query& query) const;
  Query with_order(Query query) const;
  Query with_columns(Query query) const;
  std::shared_ptr<const Query> for_subquery() const;
  std::shared_ptr<const Query> for_source() const;
  QuerySet about_rows(const Query& rows, const std::string& name,
                      const std::function<void(Query&)>& change) const;
  QuerySet with_loading(Loading loading) const;
  RecordPtr one_of(QuerySet rows, const Databases& databases) const;
  std::vector<Ordering> latest_order(const std::vector<std::string>& fields,
                                     bool latest) const;

  std::shared_ptr<const Query> query_;
  /// What values() named; nullopt: rows of the model.
  std::optional<std::vector<std::string>> fields_;
  /// Whether order_by() was called; else the model's ordering holds.
  bool ordered_ = false;
  bool reversed_ = false;
  std::shared_ptr<const Loading> loading_;
};

}  // namespace manage::orm
