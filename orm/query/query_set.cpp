#include "orm/query/query_set.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "orm/column_types.hpp"
#include "orm/convert.hpp"
#include "orm/query/compiler.hpp"
#include "orm/query/filter.hpp"
#include "orm/query/ordering.hpp"
#include "orm/query/path.hpp"

namespace manage::orm {

namespace {

/// Every column of the model; those of its parents are joins away.
std::vector<Selected> all_columns(Query& query) {
  std::vector<Selected> selected;
  for (const Model::Column& column : query.model->columns()) {
    NamedPath path;
    path.parts.push_back(
        {column.field->name, query.model->way_to(*column.owner)});
    path.column = column.field;
    selected.push_back(
        {column.field->attname(), join_path(query, path, nullptr).column});
  }
  return selected;
}

const FieldDef* field_of(const Expr& expr) {
  const auto* column = expr.as<ColumnExpr>();
  return column ? column->field : nullptr;
}

}  // namespace

QuerySet::QuerySet(const Registry& registry, const Model& model)
    : query_(std::make_shared<const Query>(registry, model)) {}

Query QuerySet::changeable(std::string_view method) const {
  if (query_->limit || query_->offset > 0) {
    throw Error(
        "query.sliced",
        fmt::format("{}() comes too late: rows are cut off already", method))
        .hint("filter and order first, then take the slice");
  }
  return *query_;
}

QuerySet QuerySet::with(Query query) const {
  QuerySet changed = *this;
  changed.query_ = std::make_shared<const Query>(std::move(query));
  return changed;
}

QuerySet QuerySet::filter(const Q& q) const {
  Query query = changeable("filter");
  add_condition(query, q);
  return with(std::move(query));
}

QuerySet QuerySet::exclude(const Q& q) const {
  Query query = changeable("exclude");
  add_condition(query, ~q);
  return with(std::move(query));
}

QuerySet QuerySet::order_by(const std::vector<std::string>& names) const {
  Query query = changeable("order_by");
  query.order = make_order(query, names);
  QuerySet changed = with(std::move(query));
  changed.ordered_ = true;
  return changed;
}

QuerySet QuerySet::reverse() const {
  changeable("reverse");
  QuerySet changed = *this;
  changed.reversed_ = !reversed_;
  return changed;
}

QuerySet QuerySet::distinct() const {
  Query query = changeable("distinct");
  query.distinct = true;
  return with(std::move(query));
}

QuerySet QuerySet::values(const std::vector<std::string>& names) const {
  Query query = *query_;
  query.selected.clear();
  for (const std::string& name : names) {
    const ExprPtr column = resolve(query, f(name), nullptr);
    query.selected.push_back({name, column});
  }
  return with(std::move(query));
}

QuerySet QuerySet::slice(std::int64_t first, std::int64_t count) const {
  if (first < 0 || count < 0) {
    throw Error("query.sliced",
                "a slice begins at 0 or later, and has 0 rows "
                "or more");
  }
  Query query = *query_;
  if (query.limit) {
    count = std::min(count, std::max<std::int64_t>(0, *query.limit - first));
  }
  query.offset += first;
  query.limit = count;
  return with(std::move(query));
}

QuerySet QuerySet::none() const {
  Query query = *query_;
  query.limit = 0;
  return with(std::move(query));
}

Query QuerySet::with_order() const {
  Query query = *query_;
  if (!ordered_) query.order = make_order(query, default_ordering(model()));
  if (reversed_) {
    for (OrderTerm& term : query.order) {
      term.descending = !term.descending;
      if (term.nulls_first) term.nulls_first = !*term.nulls_first;
    }
  }
  return query;
}

Query QuerySet::with_columns(Query query) {
  if (query.selected.empty()) query.selected = all_columns(query);
  return query;
}

std::optional<BoundStatement> QuerySet::statement(
    const Dialect& dialect) const {
  return compile_select(with_columns(with_order()), dialect);
}

std::vector<Row> QuerySet::rows(Connection& connection) const {
  const Query query = with_columns(with_order());
  const Dialect& dialect = connection.dialect();
  const auto statement = compile_select(query, dialect);
  if (!statement) return {};
  std::vector<Row> rows =
      connection.query(statement->sql, statement->parameters).rows;
  for (Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const FieldDef* field = field_of(*query.selected[i].expr);
      if (!field) continue;
      row[i] = value_from_db(dialect, *field, query.registry->models(), row[i]);
    }
  }
  return rows;
}

std::int64_t QuerySet::count(Connection& connection) const {
  // What is there twice is so by its columns. In no order: a count has none.
  Query query = query_->distinct ? with_columns(*query_) : *query_;
  query.order.clear();
  const auto statement = compile_count(query, connection.dialect());
  if (!statement) return 0;
  const Result result = connection.query(statement->sql, statement->parameters);
  return std::get<std::int64_t>(result.rows.front().front());
}

bool QuerySet::exists(Connection& connection) const {
  const auto statement = compile_exists(*query_, connection.dialect());
  if (!statement) return false;
  return !connection.query(statement->sql, statement->parameters).rows.empty();
}

}  // namespace manage::orm
