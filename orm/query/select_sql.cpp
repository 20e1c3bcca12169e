// Queries as SQL: SELECT and its clauses.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/column_types.hpp"
#include "orm/query/generic_relation.hpp"
#include "orm/query/sql_compiler.hpp"

namespace manage::orm {

namespace {

/// The parts that must all hold.
void split_and(const ExprPtr& expr, ExprList& parts) {
  const auto* joined = expr->as<LogicExpr>();
  const bool all = joined && joined->connector == Connector::kAnd;
  if (!all || joined->negated) {
    parts.push_back(expr);
    return;
  }
  for (const ExprPtr& one : joined->parts) split_and(one, parts);
}

ExprPtr all_of(const ExprList& parts) {
  if (parts.empty()) return nullptr;
  return parts.size() == 1 ? parts.front() : logic(Connector::kAnd, parts);
}

/// What rows must be grouped by so that the expression has one value for each
/// group.
void add_group_columns(const ExprPtr& expr, ExprList& columns) {
  if (expr->as<LiteralExpr>() || expr->as<AggregateExpr>()) return;
  const bool parts = contains_aggregate(*expr) || expr->as<WindowExpr>() ||
                     expr->as<LogicExpr>() || expr->as<LookupExpr>();
  if (!parts) {
    columns.push_back(expr);
    return;
  }
  const auto* window = expr->as<WindowExpr>();
  for_each_part(*expr, [&](const ExprPtr& one) {
    if (window && one == window->expr) {
      for_each_part(*one, [&](const ExprPtr& inner) {
        if (!one->as<AggregateExpr>()) add_group_columns(inner, columns);
      });
      if (one->as<AggregateExpr>()) {
        for_each_part(*one, [&](const ExprPtr& inner) {
          add_group_columns(inner, columns);
        });
      }
      return;
    }
    add_group_columns(one, columns);
  });
}

const ColumnExpr* own_column(const ExprPtr& expr) {
  const auto* column = expr->as<ColumnExpr>();
  return column && column->level == 0 ? column : nullptr;
}

/// A table's key stands for all its columns.
ExprList without_dependent(const Query& query, const ExprList& columns) {
  std::set<int> whole;
  for (const ExprPtr& one : columns) {
    const ColumnExpr* column = own_column(one);
    if (!column || !column->field->primary_key()) continue;
    const Model& model = *query.joins.at(column->alias).model;
    if (model.def().managed() && !query.own_model) whole.insert(column->alias);
  }
  ExprList kept;
  for (const ExprPtr& one : columns) {
    const ColumnExpr* column = own_column(one);
    const bool dependent = column && !column->field->primary_key() &&
                           whole.contains(column->alias);
    if (!dependent) kept.push_back(one);
  }
  return kept;
}

constexpr std::string_view combinator_name(Combinator combinator) {
  switch (combinator) {
    case Combinator::kUnion:
      return "UNION";
    case Combinator::kUnionAll:
      return "UNION ALL";
    case Combinator::kIntersection:
      return "INTERSECT";
    case Combinator::kDifference:
      return "EXCEPT";
    case Combinator::kNone:
      break;
  }
  return "";
}

}  // namespace

std::string SqlCompiler::alias_name(int alias, int level) const {
  const std::size_t depth =
      queries_.size() - 1 - static_cast<std::size_t>(level);
  if (depth == 0) {
    return dialect_.quote_name(query_at(level).joins.at(alias).name);
  }
  return depth == 1 ? fmt::format("U{}", alias)
                    : fmt::format("U{}_{}", depth, alias);
}

std::optional<std::string> SqlCompiler::select(const Query& query) {
  std::string with;
  if (!query.common_tables.empty()) {
    auto clause = with_clause(query);
    if (!clause) return std::nullopt;
    with = *std::move(clause);
  }
  auto sql = query.combinator == Combinator::kNone ? select_rows(query)
                                                   : select_combined(query);
  if (sql && !with.empty()) sql = with + *sql;
  return sql;
}

std::optional<std::string> SqlCompiler::select_rows(const Query& query) {
  if (query.limit == 0) return std::nullopt;
  const Conditions conditions = split(query.where);
  queries_.push_back(&query);
  auto sql = conditions.windowed.empty() ? select_plain(query, conditions)
                                         : select_windowed(query, conditions);
  queries_.pop_back();
  return sql;
}

SqlCompiler::Conditions SqlCompiler::split(const ExprPtr& where) {
  Conditions conditions;
  if (!where) return conditions;
  ExprList parts;
  split_and(where, parts);
  for (ExprPtr& one : parts) {
    ExprList& list = contains_window(*one)      ? conditions.windowed
                     : contains_aggregate(*one) ? conditions.having
                                                : conditions.where;
    list.push_back(std::move(one));
  }
  return conditions;
}

std::optional<std::string> SqlCompiler::select_plain(
    const Query& query, const Conditions& conditions) {
  std::string sql = "SELECT " + distinct_clause(query);
  std::vector<std::string> selected = columns(query);
  const auto tables = from(query);
  if (!tables) return std::nullopt;
  std::string rest = " FROM " + *tables;
  if (const ExprPtr where = all_of(conditions.where)) {
    const Truth met = truth(*where);
    if (met.kind == Truth::Kind::kNever) return std::nullopt;
    if (!met.known()) rest += " WHERE " + met.sql;
  }
  if (query.grouped()) rest += group_clause(query, conditions);
  if (const ExprPtr having = all_of(conditions.having)) {
    const Truth met = truth(*having);
    if (met.kind == Truth::Kind::kNever) return std::nullopt;
    if (!met.known()) rest += " HAVING " + met.sql;
  }
  rest += order_clause(query, selected);
  rest += slice(query);
  rest += lock_clause(query);
  if (selected.empty()) selected.emplace_back("1");
  return sql + text::join(selected, ", ") + rest;
}

std::vector<std::string> SqlCompiler::columns(const Query& query) {
  std::vector<std::string> list;
  for (const Selected& one : query.selected) {
    list.push_back(sql(*one.expr));
    if (!one.name.empty())
      list.back() += " AS " + dialect_.quote_name(one.name);
  }
  return list;
}

/// Windows are known after WHERE and HAVING only: what is asked of them is
/// asked of a subquery that has computed them.
std::optional<std::string> SqlCompiler::select_windowed(
    const Query& query, const Conditions& conditions) {
  Query inner = query;
  ExprList stay = conditions.where;
  stay.insert(stay.end(), conditions.having.begin(), conditions.having.end());
  inner.where = all_of(stay);
  inner.order.clear();
  inner.limit.reset();
  inner.offset = 0;
  inner.distinct = false;
  inner.distinct_on.clear();
  inner.selected.clear();
  inner.common_tables.clear();
  Query outer(*query.registry, *query.model);
  const std::string name = "qualify";
  // Each expression that is asked for once, under a name of its own.
  std::vector<std::pair<ExprPtr, ExprPtr>> moved;
  const auto move = [&](const ExprPtr& expr) {
    for (const auto& [from, to] : moved) {
      if (from == expr) return to;
    }
    inner.selected.push_back(
        {fmt::format("qual{}", inner.selected.size()), expr});
    ExprPtr column =
        make_expr(NamedColumnExpr{name, inner.selected.back().name, expr});
    moved.emplace_back(expr, column);
    return column;
  };
  const auto outside = [&](const ExprPtr& expr) {
    return rewrite(expr, [&](const ExprPtr& one) -> ExprPtr {
      const bool leaf = one->as<WindowExpr>() || one->as<AggregateExpr>() ||
                        one->as<ColumnExpr>() || one->as<SubqueryExpr>() ||
                        one->as<NamedColumnExpr>() || one->as<RawExpr>();
      return leaf ? move(one) : nullptr;
    });
  };
  outer.where = outside(all_of(conditions.windowed));
  for (const Selected& one : query.selected) {
    outer.selected.push_back({one.name, move(one.expr)});
  }
  for (const OrderTerm& term : query.order) {
    outer.order.push_back({move(term.expr), term.descending, term.nulls_first});
  }
  for (const ExprPtr& one : query.distinct_on) {
    outer.distinct_on.push_back(move(one));
  }
  outer.distinct = query.distinct;
  outer.limit = query.limit;
  outer.offset = query.offset;
  outer.source = std::make_shared<const Query>(std::move(inner));
  outer.source_name = name;
  queries_.pop_back();
  queries_.push_back(&outer);
  auto sql = select_plain(outer, split(outer.where));
  queries_.pop_back();
  queries_.push_back(&query);
  return sql;
}

std::optional<std::string> SqlCompiler::select_combined(const Query& query) {
  if (query.limit == 0) return std::nullopt;
  std::string sql;
  std::size_t count = 0;
  for (const auto& part : query.combined) {
    auto one = select(*part);
    if (!one) {
      const bool first = &part == &query.combined.front();
      if (query.combinator == Combinator::kIntersection) return std::nullopt;
      if (query.combinator == Combinator::kDifference && first) {
        return std::nullopt;
      }
      continue;
    }
    // SQLite takes no parentheses around a part, and no order in it.
    const bool whole = part->sliced() || !part->order.empty() ||
                       part->combinator != Combinator::kNone ||
                       !part->common_tables.empty();
    if (whole) one = fmt::format("SELECT * FROM ({}) AS part{}", *one, count);
    if (count++ > 0) {
      sql += fmt::format(" {} ", combinator_name(query.combinator));
    }
    sql += *one;
  }
  if (count == 0) return std::nullopt;
  // Duplicates go even where one part is left.
  const bool bare = count == 1;
  const bool unique = query.combinator != Combinator::kUnionAll;
  if (bare) {
    sql = fmt::format("SELECT {}* FROM ({}) AS part", unique ? "DISTINCT " : "",
                      sql);
  }
  std::vector<std::string> none;
  queries_.push_back(&query);
  sql += order_clause(query, none);
  queries_.pop_back();
  return sql + slice(query);
}

std::optional<std::string> SqlCompiler::with_clause(const Query& query) {
  std::string sql;
  bool recursive = false;
  for (const CommonTable& table : query.common_tables) {
    auto rows = select(*table.query);
    if (!rows) return std::nullopt;
    if (table.step) {
      recursive = true;
      if (const auto step = select(*table.step)) {
        *rows += (table.keep_duplicates ? " UNION ALL " : " UNION ") + *step;
      }
    }
    std::vector<std::string> names;
    for (const Selected& one : table.query->selected) {
      names.push_back(dialect_.quote_name(one.name));
    }
    if (!sql.empty()) sql += ", ";
    const char* when = !table.materialized   ? ""
                       : *table.materialized ? "MATERIALIZED "
                                             : "NOT MATERIALIZED ";
    sql += fmt::format("{} ({}) AS {}({})", dialect_.quote_name(table.name),
                       text::join(names, ", "), when, *rows);
  }
  return fmt::format("WITH {}{} ", recursive ? "RECURSIVE " : "", sql);
}

/// "a.key = b.key" of a join, whose alias is `name`.
std::string SqlCompiler::joined_columns(const Join& join,
                                        const std::string& name) {
  const JoinStep& step = join.step;
  const auto side = [&](const std::string& table, const FieldDef& field) {
    std::string column = table + "." + dialect_.quote_name(field.column());
    if (!step.generic || &field == step.generic->object) return column;
    const ModelSet& models = queries_.back()->registry->models();
    return pointed_key({std::move(column), value_field(field, models).kind()},
                       *step.generic->object, dialect_);
  };
  return side(alias_name(join.parent, 0), *step.from_field) + " = " +
         side(name, *step.to_field);
}

std::optional<std::string> SqlCompiler::from(const Query& query) {
  std::string sql;
  const std::vector<Join>& joins = query.joins.all();
  if (query.source && joins.front().uses > 0) {
    // It stands beside this query, not in it: what is around both is as far
    // from it.
    queries_.pop_back();
    auto inner = select(*query.source);
    queries_.push_back(&query);
    if (!inner) return std::nullopt;
    sql = fmt::format("({}) AS {}", *inner,
                      query.own_model ? alias_name(0, 0)
                                      : dialect_.quote_name(query.source_name));
    if (!query.own_model) return sql;
  }
  for (int alias = sql.empty() ? 0 : 1; alias < static_cast<int>(joins.size());
       ++alias) {
    const Join& join = query.joins.at(alias);
    if (join.uses <= 0) continue;
    const std::string name = alias_name(alias, 0);
    std::string table = dialect_.quote_name(join.model->table());
    if (table != name) table += " " + name;
    if (sql.empty()) {
      sql = table;
      continue;
    }
    std::string on = joined_columns(join, name);
    if (join.condition) {
      const Truth more = truth(*join.condition);
      if (more.kind == Truth::Kind::kNever) on += " AND 1 = 0";
      if (!more.known())
        on += " AND " + (more.compound ? "(" + more.sql + ")" : more.sql);
    }
    sql += fmt::format(" {} JOIN {} ON ({})",
                       join.outer ? "LEFT OUTER" : "INNER", table, on);
  }
  return sql;
}

std::string SqlCompiler::distinct_clause(const Query& query) {
  if (query.distinct_on.empty()) return query.distinct ? "DISTINCT " : "";
  if (!dialect_.features().distinct_on) {
    throw Error("query.expression",
                fmt::format("{} has no DISTINCT by some of the columns",
                            dialect_.title()))
        .hint("use distinct() without names");
  }
  std::vector<std::string> by;
  for (const ExprPtr& one : query.distinct_on) by.push_back(sql(*one));
  return fmt::format("DISTINCT ON ({}) ", text::join(by, ", "));
}

std::string SqlCompiler::group_clause(const Query& query,
                                      const Conditions& conditions) {
  ExprList columns = *query.group_by;
  for (const Selected& one : query.selected) {
    add_group_columns(one.expr, columns);
  }
  for (const OrderTerm& term : query.order) {
    add_group_columns(term.expr, columns);
  }
  for (const ExprList* list : {&conditions.having, &conditions.windowed}) {
    for (const ExprPtr& one : *list) add_group_columns(one, columns);
  }
  std::vector<std::string> by;
  for (const ExprPtr& one : without_dependent(query, columns)) {
    std::string text = sql(*one);
    if (std::find(by.begin(), by.end(), text) == by.end()) {
      by.push_back(std::move(text));
    }
  }
  return by.empty() ? "" : " GROUP BY " + text::join(by, ", ");
}

std::string SqlCompiler::term_sql(const OrderTerm& term) {
  std::string one = sql(*term.expr);
  if (kind_of(*term.expr) == FieldKind::kJson) {
    one = dialect_.query_sql().json_value(one);
  }
  one += term.descending ? " DESC" : " ASC";
  if (term.nulls_first)
    one += *term.nulls_first ? " NULLS FIRST" : " NULLS LAST";
  return one;
}

/// With DISTINCT, rows are ordered by what is selected: the rest is added.
std::string SqlCompiler::order_clause(const Query& query,
                                      std::vector<std::string>& columns) {
  std::vector<std::string> terms;
  for (const OrderTerm& term : query.order) {
    std::string one = term_sql(term);
    if (std::find(terms.begin(), terms.end(), one) != terms.end()) continue;
    terms.push_back(std::move(one));
    if (!query.distinct || !query.distinct_on.empty()) continue;
    const std::string column = sql(*term.expr);
    const bool there = std::any_of(
        columns.begin(), columns.end(), [&](const std::string& known) {
          return known == column || known.starts_with(column + " AS ");
        });
    if (!there) columns.push_back(column);
  }
  return terms.empty() ? "" : " ORDER BY " + text::join(terms, ", ");
}

std::string SqlCompiler::lock_clause(const Query& query) const {
  if (!query.lock || !dialect_.features().row_locks) return "";
  std::string sql = query.lock->no_key ? " FOR NO KEY UPDATE" : " FOR UPDATE";
  std::vector<std::string> of;
  for (int alias : query.lock->of) of.push_back(alias_name(alias, 0));
  if (!of.empty()) sql += " OF " + text::join(of, ", ");
  if (query.lock->nowait) sql += " NOWAIT";
  if (query.lock->skip_locked) sql += " SKIP LOCKED";
  return sql;
}

std::string SqlCompiler::slice(const Query& query) {
  std::string sql;
  if (query.limit) {
    sql = fmt::format(" LIMIT {}", *query.limit);
  } else if (query.offset > 0) {
    // SQLite knows no OFFSET without a LIMIT.
    sql = " LIMIT 9223372036854775807";
  }
  if (query.offset > 0) sql += fmt::format(" OFFSET {}", query.offset);
  return sql;
}

}  // namespace manage::orm
