#include "orm/query/compiler.hpp"

#include <fmt/args.h>
#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/sql_syntax.hpp"

namespace manage::orm {

namespace {

/// A condition as SQL, or what it is whatever the row.
struct Truth {
  enum class Kind { kSql, kAlways, kNever };
  Kind kind = Kind::kSql;
  std::string sql;
  bool compound = false;  ///< several parts, which need parentheses

  static Truth of(std::string sql) { return {Kind::kSql, std::move(sql)}; }
  static Truth always(bool truth) {
    return {truth ? Kind::kAlways : Kind::kNever, {}};
  }
  bool known() const { return kind != Kind::kSql; }
};

std::string_view comparison_sign(std::string_view lookup) {
  if (lookup == "exact") return "=";
  if (lookup == "gt") return ">";
  if (lookup == "gte") return ">=";
  if (lookup == "lt") return "<";
  if (lookup == "lte") return "<=";
  return {};
}

bool is_bool(const Expr& expr) { return kind_of(expr) == FieldKind::kBoolean; }

class SqlCompiler {
 public:
  explicit SqlCompiler(const Dialect& dialect) : dialect_(dialect) {}

  /// `columns`: what stands after SELECT. nullopt: it has no row.
  std::optional<std::string> select(const Query& query,
                                    const std::string& columns, bool ordered) {
    queries_.push_back(&query);
    std::string sql =
        fmt::format("SELECT {}{} FROM {}", query.distinct ? "DISTINCT " : "",
                    columns, from(query));
    const Truth where = query.where ? truth(*query.where) : Truth::always(true);
    if (!where.known()) sql += " WHERE " + where.sql;
    if (ordered) sql += order(query);
    sql += slice(query);
    queries_.pop_back();
    const bool none = where.kind == Truth::Kind::kNever || query.limit == 0;
    return none ? std::nullopt : std::optional(std::move(sql));
  }

  std::optional<std::string> select_all(const Query& query) {
    queries_.push_back(&query);
    std::vector<std::string> columns;
    for (const Selected& one : query.selected) {
      columns.push_back(fmt::format("{} AS {}", sql(*one.expr),
                                    dialect_.quote_name(one.name)));
    }
    queries_.pop_back();
    return select(query, text::join(columns, ", "), true);
  }

  std::vector<Value> take_parameters() { return std::move(parameters_); }

 private:
  /// Of the query `level` further out than the one at work.
  const Query& query_at(int level) const {
    return *queries_[queries_.size() - 1 - static_cast<std::size_t>(level)];
  }

  /// Subqueries have names of their own, which nothing outside has.
  std::string alias_name(int alias, int level) const {
    const std::size_t depth =
        queries_.size() - 1 - static_cast<std::size_t>(level);
    if (depth == 0) {
      return dialect_.quote_name(query_at(level).joins.at(alias).name);
    }
    return depth == 1 ? fmt::format("U{}", alias)
                      : fmt::format("U{}_{}", depth, alias);
  }

  std::string from(const Query& query) const {
    std::string sql;
    const std::vector<Join>& joins = query.joins.all();
    for (int alias = 0; alias < static_cast<int>(joins.size()); ++alias) {
      const Join& join = query.joins.at(alias);
      if (join.uses <= 0) continue;
      const std::string name = alias_name(alias, 0);
      std::string table = dialect_.quote_name(join.model->table());
      if (table != name) table += " " + name;
      if (sql.empty()) {
        sql = table;
        continue;
      }
      sql += fmt::format(
          " {} JOIN {} ON ({}.{} = {}.{})", join.outer ? "LEFT OUTER" : "INNER",
          table, alias_name(join.parent, 0),
          dialect_.quote_name(join.step.from_field->column()), name,
          dialect_.quote_name(join.step.to_field->column()));
    }
    return sql;
  }

  std::string order(const Query& query) {
    std::vector<std::string> terms;
    for (const OrderTerm& term : query.order) {
      std::string one = sql(*term.expr) + (term.descending ? " DESC" : " ASC");
      if (term.nulls_first) {
        one += *term.nulls_first ? " NULLS FIRST" : " NULLS LAST";
      }
      terms.push_back(std::move(one));
    }
    return terms.empty() ? "" : " ORDER BY " + text::join(terms, ", ");
  }

  static std::string slice(const Query& query) {
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

  std::string parameter(Value value) {
    parameters_.push_back(std::move(value));
    return dialect_.placeholder(static_cast<int>(parameters_.size()));
  }

  std::string sql(const Expr& expr) {
    if (const auto* literal = expr.as<LiteralExpr>()) {
      const FieldKind kind = kind_of(expr).value_or(FieldKind::kText);
      return parameter(dialect_.to_db(kind, literal->value));
    }
    if (const auto* column = expr.as<ColumnExpr>()) {
      return fmt::format("{}.{}", alias_name(column->alias, column->level),
                         dialect_.quote_name(column->field->column()));
    }
    if (expr.as<LogicExpr>() || expr.as<LookupExpr>() ||
        expr.as<SubqueryExpr>()) {
      const Truth condition = truth(expr);
      if (condition.kind == Truth::Kind::kAlways) return "(1 = 1)";
      if (condition.kind == Truth::Kind::kNever) return "(1 = 0)";
      return "(" + condition.sql + ")";
    }
    throw Error("query.expression",
                "an expression of this kind cannot be compiled yet");
  }

  Truth truth(const Expr& expr) {
    if (const auto* joined = expr.as<LogicExpr>()) return logic_truth(*joined);
    if (const auto* lookup = expr.as<LookupExpr>()) {
      return lookup_truth(*lookup);
    }
    if (const auto* inner = expr.as<SubqueryExpr>()) {
      auto select_one = select(*inner->query, "1", false);
      if (!select_one) return Truth::always(false);
      return Truth::of("EXISTS(" + *select_one + ")");
    }
    return Truth::of(sql(expr));
  }

  Truth logic_truth(const LogicExpr& joined) {
    std::vector<Truth> parts;
    const bool all = joined.connector == Connector::kAnd;
    for (const ExprPtr& one : joined.parts) {
      Truth part = truth(*one);
      // Of xor every part counts.
      const bool keep = !part.known() || joined.connector == Connector::kXor;
      if (keep) {
        parts.push_back(std::move(part));
      } else if ((part.kind == Truth::Kind::kNever) == all) {
        return Truth::always(all == joined.negated);
      }
    }
    if (parts.empty()) return Truth::always(all != joined.negated);
    return negate(join(joined.connector, std::move(parts)), joined.negated);
  }

  static Truth negate(Truth condition, bool negated) {
    if (!negated) return condition;
    return Truth::of("NOT (" + condition.sql + ")");
  }

  static Truth join(Connector connector, std::vector<Truth> parts) {
    if (parts.size() == 1) return std::move(parts.front());
    std::vector<std::string> texts;
    for (const Truth& part : parts) {
      texts.push_back(part.kind == Truth::Kind::kAlways  ? "1 = 1"
                      : part.kind == Truth::Kind::kNever ? "1 = 0"
                      : part.compound                    ? "(" + part.sql + ")"
                                                         : part.sql);
    }
    std::string sql;
    switch (connector) {
      case Connector::kAnd:
        sql = text::join(texts, " AND ");
        break;
      case Connector::kOr:
        sql = text::join(texts, " OR ");
        break;
      case Connector::kXor:
        sql = exclusive(texts);
        break;
    }
    Truth joined = Truth::of(std::move(sql));
    joined.compound = true;
    return joined;
  }

  /// True if an odd number of the parts is: no database has it as an operator.
  static std::string exclusive(const std::vector<std::string>& parts) {
    std::vector<std::string> counted;
    for (const std::string& part : parts) {
      counted.push_back(fmt::format("CASE WHEN {} THEN 1 ELSE 0 END", part));
    }
    return fmt::format("({}) % 2 = 1", text::join(counted, " + "));
  }

  Truth lookup_truth(const LookupExpr& lookup) {
    const std::string& name = lookup.lookup;
    const bool* flag = nullptr;
    const auto* literal = lookup.right.empty()
                              ? nullptr
                              : lookup.right.front()->as<LiteralExpr>();
    if (literal) flag = std::get_if<bool>(&literal->value);
    if (name == "isnull") {
      return Truth::of(sql(*lookup.left) +
                       (*flag ? " IS NULL" : " IS NOT NULL"));
    }
    if (name == "exact" && flag && is_bool(*lookup.left)) {
      return negate(truth(*lookup.left), !*flag);
    }
    if (name == "in") return in_truth(lookup);
    const std::string left = sql(*lookup.left);
    if (name == "range") {
      const std::string low = sql(*lookup.right[0]);
      return Truth::of(fmt::format("{} BETWEEN {} AND {}", left, low,
                                   sql(*lookup.right[1])));
    }
    if (const std::string_view sign = comparison_sign(name); !sign.empty()) {
      return Truth::of(
          fmt::format("{} {} {}", left, sign, sql(*lookup.right.front())));
    }
    return text_truth(name, left, *lookup.right.front());
  }

  Truth in_truth(const LookupExpr& lookup) {
    if (lookup.right.empty()) return Truth::always(false);
    const std::string left = sql(*lookup.left);
    std::vector<std::string> values;
    for (const ExprPtr& one : lookup.right) values.push_back(sql(*one));
    return Truth::of(fmt::format("{} IN ({})", left, text::join(values, ", ")));
  }

  Truth text_truth(const std::string& name, const std::string& left,
                   const Expr& right) {
    for (const TextLookup& spec : dialect_.sql_syntax().text_lookups) {
      if (spec.name != name) continue;
      const auto* literal = right.as<LiteralExpr>();
      if (!literal) break;
      std::string body = display(literal->value);
      if (spec.escaped) {
        for (std::string_view special : {"\\", "%", "_"}) {
          body = text::replace_all(std::move(body), special,
                                   "\\" + std::string(special));
        }
      }
      const std::string pattern = fmt::format(fmt::runtime(spec.pattern), body);
      return Truth::of(
          fmt::format(fmt::runtime(spec.sql), left, parameter(Value(pattern))));
    }
    throw Error("query.lookup", fmt::format("{} has no lookup {} for that",
                                            dialect_.title(), name));
  }

  const Dialect& dialect_;
  std::vector<const Query*> queries_;  ///< the outermost first
  std::vector<Value> parameters_;
};

std::optional<BoundStatement> bound(std::optional<std::string> sql,
                                    SqlCompiler& compiler) {
  if (!sql) return std::nullopt;
  return BoundStatement{*std::move(sql), compiler.take_parameters()};
}

}  // namespace

std::optional<BoundStatement> compile_select(const Query& query,
                                             const Dialect& dialect) {
  SqlCompiler compiler(dialect);
  auto sql = compiler.select_all(query);
  return bound(std::move(sql), compiler);
}

std::optional<BoundStatement> compile_count(const Query& query,
                                            const Dialect& dialect) {
  SqlCompiler compiler(dialect);
  if (!query.limit && query.offset == 0 && !query.distinct) {
    auto sql = compiler.select(query, "COUNT(*)", false);
    return bound(std::move(sql), compiler);
  }
  // What is cut off, or is there twice, does not count.
  auto inner = query.distinct ? compiler.select_all(query)
                              : compiler.select(query, "1", false);
  if (inner) inner = fmt::format("SELECT COUNT(*) FROM ({}) subquery", *inner);
  return bound(std::move(inner), compiler);
}

std::optional<BoundStatement> compile_exists(const Query& query,
                                             const Dialect& dialect) {
  Query one = query;
  one.distinct = false;
  one.limit = std::min<std::int64_t>(1, query.limit.value_or(1));
  SqlCompiler compiler(dialect);
  auto sql = compiler.select(one, "1", false);
  return bound(std::move(sql), compiler);
}

}  // namespace manage::orm
