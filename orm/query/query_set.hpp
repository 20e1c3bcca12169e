// QuerySet: rows of a model, to be asked for.
//
// An immutable value, cheap to copy: each method gives a new one, and nothing
// is asked before a method that takes a connection. Names are resolved at once,
// so what does not exist is an error where it is written. Semantics are Django
// 5.2's. Safe in any thread; the registry outlives it.
//
// Errors: "query.field", "query.lookup", "query.value", "query.condition", each
// with near names; "query.sliced" for a change of what is cut off already.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "orm/connection.hpp"
#include "orm/query/q.hpp"
#include "orm/query/query.hpp"
#include "orm/statement_builder.hpp"

namespace manage::orm {

class QuerySet {
 public:
  /// Every row of the model, in its meta.ordering.
  QuerySet(const Registry& registry, const Model& model);

  const Model& model() const { return *query_->model; }

  /// Conditions of one call are about the same related row, those of two calls
  /// about any: filter(a & b) and filter(a).filter(b) differ.
  QuerySet filter(const Q& q) const;
  QuerySet exclude(const Q& q) const;
  /// "price", "-price", "author__name", "pk"; a relation orders as its model
  /// does. Without names in no order. Replaces the order so far; what was
  /// reversed stays so, as in Django.
  QuerySet order_by(const std::vector<std::string>& names) const;
  QuerySet reverse() const;
  QuerySet distinct() const;
  /// Rows have the values of these paths, in this order; without names, of
  /// every column.
  QuerySet values(const std::vector<std::string>& names) const;
  /// `count` rows, from the one with index `first`. Of a slice, a slice of it.
  QuerySet slice(std::int64_t first, std::int64_t count) const;
  /// No rows, and no question to the database.
  QuerySet none() const;

  /// Typed by their fields.
  std::vector<Row> rows(Connection& connection) const;
  std::int64_t count(Connection& connection) const;
  bool exists(Connection& connection) const;

  /// What rows() asks; nullopt if it asks nothing.
  std::optional<BoundStatement> statement(const Dialect& dialect) const;

 private:
  QuerySet with(Query query) const;
  Query changeable(std::string_view method) const;
  Query with_order() const;
  static Query with_columns(Query query);

  std::shared_ptr<const Query> query_;
  /// Whether order_by() was called; else the model's ordering holds.
  bool ordered_ = false;
  bool reversed_ = false;
};

}  // namespace manage::orm
