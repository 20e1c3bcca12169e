// The compiler's own class, which its files share: queries in select_sql.cpp,
// expressions in expression_sql.cpp, full-text search and JSON in
// search_sql.cpp, conditions in condition_sql.cpp, rows that are written in
// write_sql.cpp.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "orm/dialect.hpp"
#include "orm/query/compiler.hpp"
#include "orm/query/query.hpp"
#include "orm/query_sql.hpp"
#include "orm/sql_syntax.hpp"

namespace manage::orm {

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

class SqlCompiler {
 public:
  enum class Form {
    kQuery,
    kDefinition,  ///< columns without their table, values as literals
  };

  /// Both outlive it.
  SqlCompiler(const Dialect& dialect, const ModelSet& models,
              Form form = Form::kQuery)
      : dialect_(dialect), models_(models), form_(form) {}

  /// The SELECT of what the query has selected; without that, of 1. nullopt: it
  /// has no row, whatever the tables hold.
  std::optional<std::string> select(const Query& query);

  /// Changes of the rows that the query asks about; nullopt: there is none.
  /// Values may refer to the model's own table only.
  std::optional<std::string> update(const Query& query,
                                    const Assignments& assignments,
                                    const std::vector<std::string>& returning);
  std::optional<std::string> remove(const Query& query);
  /// One row, which cannot refer to anything.
  std::string insert(const Model& model, const Assignments& assignments,
                     const std::vector<std::string>& returning);

  /// Of no table.
  std::string select_condition(const Expr& condition);

  /// Of one table.
  std::string definition(const Expr& expr);

  /// With placeholders in the place of %s.
  std::string raw_text(const RawExpr& raw);

  std::vector<Value> take_parameters() { return std::move(parameters_); }

 private:
  /// Conditions by when they are met: on rows, on groups, on windows.
  struct Conditions {
    ExprList where, having, windowed;
  };

  // select_sql.cpp
  std::optional<std::string> select_rows(const Query& query);
  std::optional<std::string> select_plain(const Query& query,
                                          const Conditions& conditions);
  std::optional<std::string> select_windowed(const Query& query,
                                             const Conditions& conditions);
  std::optional<std::string> select_combined(const Query& query);
  static Conditions split(const ExprPtr& where);
  std::vector<std::string> columns(const Query& query);
  std::optional<std::string> from(const Query& query);
  std::string joined_columns(const Join& join, const std::string& name);
  std::string distinct_clause(const Query& query);
  std::string group_clause(const Query& query, const Conditions& conditions);
  std::string order_clause(const Query& query,
                           std::vector<std::string>& columns);
  std::string term_sql(const OrderTerm& term);
  std::string lock_clause(const Query& query) const;
  std::optional<std::string> with_clause(const Query& query);
  static std::string slice(const Query& query);
  /// Of the query `level` further out than the one at work.
  const Query& query_at(int level) const {
    return *queries_[queries_.size() - 1 - static_cast<std::size_t>(level)];
  }
  /// Subqueries have names of their own, which nothing outside has.
  std::string alias_name(int alias, int level) const;

  // write_sql.cpp
  std::optional<std::string> where_of_table(const Query& query);
  std::string returning_clause(const std::vector<std::string>& columns) const;

  // expression_sql.cpp
  std::string sql(const Expr& expr);
  TypedSql typed_sql(const Expr& expr);
  std::string literal_sql(const Expr& expr, const LiteralExpr& literal);
  std::string call_sql(const CallExpr& called, const Expr& expr);
  std::optional<std::string> special_call(const CallExpr& called,
                                          const Expr& expr);
  static std::vector<std::string> json_keys(const CallExpr& called);
  std::string named_function(const CallExpr& called);
  std::string spelt(std::string_view name, std::string_view plain,
                    const std::vector<std::string>& arguments);
  std::string aggregate_sql(const AggregateExpr& aggregate, const Expr& expr);
  std::string window_sql(const WindowExpr& window);
  std::string case_sql(const CaseExpr& choice);
  std::string subquery_sql(const SubqueryExpr& inner);
  std::string raw_sql(const RawExpr& raw);
  std::string concat_sql(const CallExpr& called);
  /// A computed value as the database needs it.
  std::string computed(std::string sql, const Expr& expr) const;
  std::vector<std::string> argument_sql(const ExprList& arguments);
  std::string parameter(Value value);
  /// The same one wherever that literal stands.
  std::string parameter_of(const Expr& literal, Value value);

  // search_sql.cpp
  /// nullopt: it is another function.
  std::optional<std::string> search_call(const CallExpr& called);
  std::optional<std::string> json_call(const CallExpr& called);
  std::string search_query(const Expr& expr);
  std::string search_vector(const Expr& expr, const DataMap& options);
  Truth search_truth(const LookupExpr& lookup);

  // condition_sql.cpp
  Truth truth(const Expr& expr);
  Truth logic_truth(const LogicExpr& joined);
  Truth lookup_truth(const LookupExpr& lookup);
  Truth in_truth(const LookupExpr& lookup);
  /// Of JSON, arrays, ranges and the like; nullopt: it is another lookup.
  std::optional<Truth> rich_truth(const LookupExpr& lookup);
  std::optional<Truth> json_truth(const LookupExpr& lookup);
  std::string json_side(const Expr& expr);
  /// A member of a JSON value as a text or number, anything else as it is.
  std::string json_as_text(const Expr& expr);
  Truth text_truth(const LookupExpr& lookup);
  /// nullptr: the database has none of that name.
  const TextLookup* find_text_lookup(std::string_view name) const;
  /// The right side of a comparison: a value needs no type there.
  std::string right_sql(const Expr& right);

  /// Of a part of a definition that would be left out in a query.
  [[noreturn]] static void refuse_known();
  bool defines() const { return form_ == Form::kDefinition; }

  const Dialect& dialect_;
  const ModelSet& models_;
  Form form_;
  std::vector<const Query*> queries_;  ///< the outermost first
  std::vector<Value> parameters_;
  /// The placeholders of literals: where one stands again, it is the same, so
  /// that the database sees the same expression.
  std::unordered_map<const Expr*, int> known_;
  ExprList made_;  ///< what the compiler added, so that known_ stays true
};

}  // namespace manage::orm
