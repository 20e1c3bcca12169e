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
#include "orm/statement_builder.hpp"

namespace manage::orm {

/// A name, or a name for an expression.
struct Named {
  std::string name;
  ExprPtr expr = nullptr;

  Named(const char* path) : name(path) {}            // NOLINT(*-explicit-*)
  Named(std::string path) : name(std::move(path)) {}  // NOLINT(*-explicit-*)
  Named(std::string alias, ExprPtr value)
      : name(std::move(alias)), expr(std::move(value)) {}
};

/// select_for_update()'s arguments; `of` are paths to relations, "self" among
/// them.
struct LockOptions {
  bool nowait = false;
  bool skip_locked = false;
  bool no_key = false;
  std::vector<std::string> of = {};
};

class QuerySet {
 public:
  /// Every row of the model, in its meta.ordering.
  QuerySet(const Registry& registry, const Model& model);

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

  /// Rows of this one and the others: the same number of values each.
  QuerySet union_with(const std::vector<QuerySet>& others,
                      bool all = false) const;
  QuerySet intersection(const std::vector<QuerySet>& others) const;
  QuerySet difference(const std::vector<QuerySet>& others) const;

  /// Rows stay locked until the transaction ends, where the database can.
  QuerySet select_for_update(const LockOptions& options = {}) const;

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

  /// Whether the rows have an order.
  bool ordered() const;
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

  std::shared_ptr<const Query> query_;
  /// What values() named; nullopt: rows of the model.
  std::optional<std::vector<std::string>> fields_;
  /// Whether order_by() was called; else the model's ordering holds.
  bool ordered_ = false;
  bool reversed_ = false;
};

}  // namespace manage::orm
