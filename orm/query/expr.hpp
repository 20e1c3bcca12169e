// The tree of a query's expressions: data, made at run time from names.
//
// Nodes are immutable and shared, so trees are cheap to copy and safe in any
// thread. What a user writes has names (F, OuterRef, Condition); a query that
// takes it over resolves them to columns of its joins, and only what is
// resolved can be compiled. Names of functions are Django 5.2's classes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "orm/field_def.hpp"
#include "orm/value.hpp"

namespace manage::orm {

class Q;
struct Query;
struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;
using ExprList = std::vector<ExprPtr>;
/// A field of a registry (which outlives the tree), or one of the tree's own.
using FieldPtr = std::shared_ptr<const FieldDef>;

FieldPtr borrowed(const FieldDef& field);

struct OrderTerm {
  ExprPtr expr;
  bool descending = false;
  std::optional<bool> nulls_first = {};  ///< nullopt: as the database does
};

/// A value. `field` says how the database stores it; nullptr: as it is.
struct LiteralExpr {
  Value value;
  FieldPtr field;
};

/// F("author__name"), with transforms after it if need be: to be resolved.
struct FieldExpr {
  std::string path;
};

/// A path of the query around a subquery: to be resolved when it is put there.
struct OuterExpr {
  std::string path;
  int depth = 1;  ///< 2: of the query around that one (OuterRef(OuterRef(x)))
};

/// A column of a join of the query, or of one around it.
struct ColumnExpr {
  int alias = 0;
  const FieldDef* field = nullptr;   ///< whose column it is
  const FieldDef* values = nullptr;  ///< whose values it holds
  int level = 0;  ///< how many queries further out the join is
};

/// A column of the subquery that a query reads from, by its name there.
struct NamedColumnExpr {
  std::string table;
  std::string column;
  /// What the subquery computes in it, for its type. Not compiled.
  ExprPtr origin;
};

/// A function by its class name (Lower, Coalesce, ExtractYear), or an operator.
struct CallExpr {
  std::string function;
  ExprList arguments;
  /// Keyword arguments that are no expressions: precision, tzinfo, key names.
  DataMap options = {};
  FieldPtr output = nullptr;  ///< output_field
};

/// Count, Sum, …: one value of many rows. Count without arguments counts rows.
struct AggregateExpr {
  std::string function;
  ExprList arguments;
  bool distinct = false;
  ExprPtr filter = nullptr;  ///< a condition
  DataMap options = {};
  std::vector<OrderTerm> order = {};
  FieldPtr output = nullptr;
};

struct WindowFrame {
  enum class Unit { kRows, kRange };
  enum class Exclusion { kNone, kCurrentRow, kGroup, kTies };
  Unit unit = Unit::kRange;
  /// Rows before (negative) or after the current one; nullopt: unbounded.
  std::optional<std::int64_t> start = {};
  std::optional<std::int64_t> end = 0;
  Exclusion exclusion = Exclusion::kNone;
};

/// An aggregate or a window function over the rows around each row.
struct WindowExpr {
  ExprPtr expr;
  ExprList partition = {};
  std::vector<OrderTerm> order = {};
  std::optional<WindowFrame> frame = {};
};

enum class Connector { kAnd, kOr, kXor };

/// Conditions that are joined. Without parts: true for kAnd, else false.
struct LogicExpr {
  Connector connector = Connector::kAnd;
  bool negated = false;
  ExprList parts;
};

/// One comparison: "exact", "in", "isnull", … Its right side has as many parts
/// as the lookup takes: two for range, any number for in.
struct LookupExpr {
  std::string lookup;
  ExprPtr left;
  ExprList right;
};

/// Case: the first branch whose condition holds.
struct CaseExpr {
  std::vector<std::pair<ExprPtr, ExprPtr>> branches;
  ExprPtr otherwise;          ///< nullptr: NULL
  FieldPtr output = nullptr;  ///< output_field
};

/// A condition that is not resolved yet.
struct ConditionExpr {
  std::shared_ptr<const Q> q;
};

struct SubqueryExpr {
  enum class Kind {
    kScalar,
    kExists,
    kRows,   ///< the right side of `in`
    kArray,  ///< ArraySubquery
  };
  Kind kind = Kind::kScalar;
  std::shared_ptr<const Query> query;
  FieldPtr output = nullptr;
};

/// A relation whose rows meet a condition: for annotate(), which names it.
struct FilteredRelationExpr {
  std::string path;
  std::shared_ptr<const Q> condition;
};

/// SQL that the caller answers for. `%s` stands for a parameter, `%%` for %.
struct RawExpr {
  std::string sql;
  std::vector<Value> parameters = {};
  FieldPtr output = nullptr;
};

/// The right side of a lookup.
using Operand = std::variant<Value, std::vector<Value>, ExprPtr, ExprList>;

struct Expr {
  using Node =
      std::variant<LiteralExpr, FieldExpr, OuterExpr, ColumnExpr,
                   NamedColumnExpr, CallExpr, AggregateExpr, WindowExpr,
                   LogicExpr, LookupExpr, CaseExpr, ConditionExpr, SubqueryExpr,
                   RawExpr, FilteredRelationExpr>;
  Node node;

  template <class T>
  const T* as() const {
    return std::get_if<T>(&node);
  }
};

ExprPtr make_expr(Expr::Node node);

ExprPtr f(std::string path);
ExprPtr outer_ref(std::string path, int depth = 1);
/// `field` says what the value is one of (output_field).
ExprPtr value(Value value, FieldPtr field = nullptr);
ExprPtr call(std::string function, ExprList arguments, DataMap options = {},
             FieldPtr output = nullptr);
ExprPtr logic(Connector connector, ExprList parts, bool negated = false);
ExprPtr condition(Q q);
ExprPtr filtered_relation(std::string path, Q condition);
/// An expression that has the values of another one with an output_field.
ExprPtr with_output(const ExprPtr& expr, FieldPtr output);

/// The tree with each node replaced by what `change` gives for it. Where that
/// is nullptr the node stays, and its parts are looked at. What does not change
/// is shared with the old tree. Subqueries are not entered.
using ExprChange = std::function<ExprPtr(const ExprPtr&)>;
ExprPtr rewrite(const ExprPtr& expr, const ExprChange& change);

/// Whether `test` holds for a node of the tree; subqueries are not entered.
bool any_node(const Expr& expr, const std::function<bool(const Expr&)>& test);
/// Calls `see` for each of the parts that a node has.
void for_each_part(const Expr& expr,
                   const std::function<void(const ExprPtr&)>& see);

/// Outside of windows, which look at rows that are grouped already.
bool contains_aggregate(const Expr& expr);
bool contains_window(const Expr& expr);

/// What values an expression has, as far as that is known without a database.
std::optional<FieldKind> kind_of(const Expr& expr);
/// The field that describes the values; nullptr where only the kind is known.
const FieldDef* field_of(const Expr& expr);

}  // namespace manage::orm
