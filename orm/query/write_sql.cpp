// UPDATE, DELETE and INSERT.
#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/query/sql_compiler.hpp"

namespace manage::orm {

namespace {

/// Whether the rows can be named by conditions on the table alone.
bool is_of_one_table(const Query& query) {
  const std::vector<Join>& joins = query.joins.all();
  const bool joined =
      std::any_of(joins.begin() + 1, joins.end(),
                  [](const Join& join) { return join.uses > 0; });
  const bool grouped =
      query.grouped() || (query.where && (contains_aggregate(*query.where) ||
                                          contains_window(*query.where)));
  return !joined && !grouped && !query.sliced() && !query.distinct &&
         query.distinct_on.empty() && !query.source &&
         query.common_tables.empty() && query.combinator == Combinator::kNone;
}

void require_own_columns(const Assignments& assignments) {
  for (const Assignment& one : assignments) {
    const bool foreign = any_node(*one.value, [](const Expr& part) {
      const auto* column = part.as<ColumnExpr>();
      return column && column->level == 0 && column->alias != 0;
    });
    if (!foreign) continue;
    throw Error(
        "query.expression",
        fmt::format("the new value of {} is of another table", one.field->name))
        .hint("take it from there by a subquery: Subquery with OuterRef");
  }
}

}  // namespace

std::string SqlCompiler::returning_clause(
    const std::vector<std::string>& columns) const {
  std::vector<std::string> quoted;
  for (const std::string& column : columns) {
    quoted.push_back(dialect_.quote_name(column));
  }
  return quoted.empty() ? "" : " RETURNING " + text::join(quoted, ", ");
}

/// " WHERE …" for a statement about the query's own table, or nothing. What is
/// not asked of that table alone is asked of a subquery for its keys.
std::optional<std::string> SqlCompiler::where_of_table(const Query& query) {
  if (is_of_one_table(query)) {
    if (!query.where) return "";
    const Truth met = truth(*query.where);
    if (met.kind == Truth::Kind::kNever) return std::nullopt;
    return met.known() ? "" : " WHERE " + met.sql;
  }
  Query keys = query;
  if (!keys.sliced()) keys.order.clear();
  keys.selected.clear();
  keys.lock.reset();
  const Model& model = *query.model;
  std::vector<std::string> names;
  for (const FieldDef* key : model.key_columns()) {
    keys.selected.push_back({"", make_expr(ColumnExpr{0, key, key, 0})});
    names.push_back(dialect_.quote_name(key->column()));
  }
  auto inner = select(keys);
  if (!inner) return std::nullopt;
  const std::string list = text::join(names, ", ");
  return fmt::format(" WHERE {} IN ({})",
                     names.size() == 1 ? list : "(" + list + ")", *inner);
}

std::optional<std::string> SqlCompiler::update(
    const Query& query, const Assignments& assignments,
    const std::vector<std::string>& returning) {
  require_own_columns(assignments);
  const Query table = query.anew();
  queries_.push_back(is_of_one_table(query) ? &query : &table);
  std::vector<std::string> sets;
  for (const Assignment& one : assignments) {
    sets.push_back(dialect_.quote_name(one.field->column()) + " = " +
                   sql(*one.value));
  }
  auto where = where_of_table(query);
  queries_.pop_back();
  if (!where) return std::nullopt;
  return fmt::format(
      "UPDATE {} SET {}{}{}", dialect_.quote_name(query.model->table()),
      text::join(sets, ", "), *where, returning_clause(returning));
}

std::optional<std::string> SqlCompiler::remove(const Query& query) {
  const Query table = query.anew();
  queries_.push_back(is_of_one_table(query) ? &query : &table);
  auto where = where_of_table(query);
  queries_.pop_back();
  if (!where) return std::nullopt;
  return fmt::format("DELETE FROM {}{}",
                     dialect_.quote_name(query.model->table()), *where);
}

std::string SqlCompiler::select_condition(const Expr& condition) {
  const Truth met = truth(condition);
  if (met.kind == Truth::Kind::kAlways) return "SELECT 1 = 1";
  if (met.kind == Truth::Kind::kNever) return "SELECT 1 = 0";
  return "SELECT " + met.sql;
}

std::string SqlCompiler::insert(const Model& model,
                                const Assignments& assignments,
                                const std::vector<std::string>& returning) {
  std::vector<std::string> columns, values;
  for (const Assignment& one : assignments) {
    const bool refers = any_node(*one.value, [](const Expr& part) {
      return part.as<ColumnExpr>() != nullptr;
    });
    if (refers) {
      throw Error("query.expression",
                  fmt::format("{}.{}: a row that is not there yet has no "
                              "columns to refer to",
                              model.label(), one.field->name));
    }
    columns.push_back(dialect_.quote_name(one.field->column()));
    values.push_back(sql(*one.value));
  }
  return fmt::format("INSERT INTO {} ({}) VALUES ({}){}",
                     dialect_.quote_name(model.table()),
                     text::join(columns, ", "), text::join(values, ", "),
                     returning_clause(returning));
}

}  // namespace manage::orm
