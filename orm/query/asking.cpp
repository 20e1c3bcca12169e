// What a QuerySet asks of a database.
#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/atomic.hpp"
#include "orm/convert.hpp"
#include "orm/query/compiler.hpp"
#include "orm/query/query_set.hpp"
#include "orm/query/reading.hpp"
#include "orm/query/resolve.hpp"

namespace manage::orm {

namespace {

/// Whether a query must have its rows first before they can be counted or
/// summed up.
bool needs_subquery(const Query& query) {
  if (query.grouped() || query.sliced() || query.distinct) return true;
  if (query.combinator != Combinator::kNone) return true;
  const bool windowed = std::any_of(
      query.annotations.begin(), query.annotations.end(),
      [](const Annotation& one) {
        return contains_window(*one.expr) || contains_aggregate(*one.expr);
      });
  return windowed || (query.where && contains_window(*query.where));
}

constexpr const char* kSubquery = "subquery";

/// A query over the rows of another one.
Query around(Query inner) {
  if (!inner.sliced() && inner.distinct_on.empty()) inner.order.clear();
  Query outer(*inner.registry, *inner.model);
  outer.source = std::make_shared<const Query>(std::move(inner));
  outer.source_name = kSubquery;
  return outer;
}

/// Aggregates over the rows of a query: what they are of becomes columns of it.
class Aggregation {
 public:
  explicit Aggregation(Query inner) : inner_(std::move(inner)) {}

  void add(const Named& aggregate) {
    // An annotation is a value here, whatever it is made of.
    const ExprPtr named =
        rewrite(aggregate.expr, [&](const ExprPtr& one) -> ExprPtr {
          const auto* field = one->as<FieldExpr>();
          const Annotation* known =
              field ? inner_.find_annotation(field->path) : nullptr;
          return known ? column(known->expr) : nullptr;
        });
    const ExprPtr resolved = resolve(inner_, named, nullptr);
    ExprPtr made = rewrite(resolved, [&](const ExprPtr& one) -> ExprPtr {
      return one->as<ColumnExpr>() ? column(one) : nullptr;
    });
    selected_.push_back({aggregate.name, std::move(made)});
  }

  Query take() {
    inner_.selected.insert(inner_.selected.end(), added_.begin(), added_.end());
    Query outer = around(std::move(inner_));
    outer.selected = std::move(selected_);
    return outer;
  }

 private:
  ExprPtr column(const ExprPtr& expr) {
    for (const Selected& one : inner_.selected) {
      if (one.expr == expr && !one.name.empty()) {
        return make_expr(NamedColumnExpr{kSubquery, one.name, expr});
      }
    }
    for (const Selected& one : added_) {
      if (one.expr == expr) {
        return make_expr(NamedColumnExpr{kSubquery, one.name, expr});
      }
    }
    added_.push_back({fmt::format("col{}", added_.size() + 1), expr});
    return make_expr(NamedColumnExpr{kSubquery, added_.back().name, expr});
  }

  Query inner_;
  std::vector<Selected> added_, selected_;
};

void require_aggregate(const Named& one, const Expr& made) {
  if (contains_aggregate(made)) return;
  throw Error("query.expression", fmt::format("{} is no aggregate", one.name))
      .hint("such as Count, Sum, Avg, Min, Max");
}

}  // namespace

std::vector<std::string> QuerySet::column_names() const {
  std::vector<std::string> names;
  for (const Selected& one : with_columns(*query_).selected) {
    names.push_back(one.name);
  }
  return names;
}

std::optional<BoundStatement> QuerySet::statement(
    const Dialect& dialect) const {
  return compile_select(complete(), dialect);
}

std::vector<Row> QuerySet::rows(Connection& connection) const {
  return read_rows(complete(), connection);
}

std::int64_t QuerySet::count(Connection& connection) const {
  require_usable(connection);
  // In no order: a count has none.
  Query query = *query_;
  if (!query.sliced()) query.order.clear();
  query.lock.reset();
  const bool subquery = needs_subquery(query);
  if (subquery) {
    // What is there twice is so by its columns.
    const bool whole = query.distinct || query.combinator != Combinator::kNone;
    if (whole) query = with_columns(std::move(query));
    query = around(std::move(query));
  }
  query.selected = {{"", make_expr(AggregateExpr{"Count", {}})}};
  query.order.clear();
  const auto statement = compile_select(query, connection.dialect());
  if (!statement) return 0;
  const Result result = connection.query(statement->sql, statement->parameters);
  return std::get<std::int64_t>(result.rows.front().front());
}

bool QuerySet::exists(Connection& connection) const {
  require_usable(connection);
  Query one = *query_;
  const bool combined = one.combinator != Combinator::kNone;
  if (one.distinct_on.empty() && !one.sliced()) one.distinct = false;
  if (!one.sliced()) one.order.clear();
  if (one.distinct) one = with_columns(std::move(one));
  one.limit = std::min<std::int64_t>(1, one.limit.value_or(1));
  if (combined) one = around(std::move(one));
  const auto statement = compile_select(one, connection.dialect());
  if (!statement) return false;
  return !connection.query(statement->sql, statement->parameters).rows.empty();
}

Row QuerySet::aggregate(const std::vector<Named>& aggregates,
                        Connection& connection) const {
  Query query = *query_;
  query.lock.reset();
  if (needs_subquery(query)) {
    if (query.distinct || query.combinator != Combinator::kNone) {
      query = with_columns(std::move(query));
    }
    Aggregation over(std::move(query));
    for (const Named& one : aggregates) over.add(one);
    query = over.take();
  } else {
    query.selected.clear();
    query.order.clear();
    for (const Named& one : aggregates) {
      ExprPtr made = resolve(query, one.expr, nullptr);
      query.selected.push_back({one.name, std::move(made)});
    }
  }
  for (std::size_t i = 0; i < aggregates.size(); ++i) {
    require_aggregate(aggregates[i], *query.selected[i].expr);
  }
  std::vector<Row> rows = read_rows(query, connection);
  // Where nothing needs to be asked: aggregates of no rows.
  return rows.empty() ? empty_aggregates(query) : std::move(rows.front());
}

std::string QuerySet::explain(Connection& connection,
                              const std::vector<std::string>& options) const {
  const auto asked = statement(connection.dialect());
  if (!asked) return "";
  const std::string sql =
      connection.dialect().explain(options) + " " + asked->sql;
  std::vector<std::string> lines;
  for (const Row& row : connection.query(sql, asked->parameters).rows) {
    std::vector<std::string> parts;
    for (const Value& value : row) parts.push_back(display(value));
    lines.push_back(text::join(parts, " "));
  }
  return text::join(lines, "\n");
}

}  // namespace manage::orm
