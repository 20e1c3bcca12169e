// The tree of a query's expressions: data, made at run time from names.
//
// Nodes are immutable and shared, so trees are cheap to copy and safe in any
// thread. What a user writes has names (F, OuterRef, Condition); a query that
// takes it over resolves them to columns of its joins, and only what is
// resolved can be compiled.
#pragma once

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

/// A value. `field` says how the database stores it; nullptr: as it is.
struct LiteralExpr {
  Value value;
  const FieldDef* field = nullptr;
};

/// F("author__name"): to be resolved.
struct FieldExpr {
  std::string path;
};

/// A path of the query around a subquery: to be resolved when it is put there.
struct OuterExpr {
  std::string path;
};

/// A column of a join of the query, or of one around it.
struct ColumnExpr {
  int alias = 0;
  const FieldDef* field = nullptr;   ///< whose column it is
  const FieldDef* values = nullptr;  ///< whose values it holds
  int level = 0;  ///< how many queries further out the join is
};

/// A function of Django's by its class name (Lower, Coalesce), or an operator.
struct CallExpr {
  std::string function;
  ExprList arguments;
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
  ExprPtr otherwise;  ///< nullptr: NULL
};

/// A condition that is not resolved yet.
struct ConditionExpr {
  std::shared_ptr<const Q> q;
};

struct SubqueryExpr {
  enum class Kind { kScalar, kExists };
  Kind kind = Kind::kScalar;
  std::shared_ptr<const Query> query;
};

/// The right side of a lookup.
using Operand = std::variant<Value, std::vector<Value>, ExprPtr>;

struct Expr {
  using Node = std::variant<LiteralExpr, FieldExpr, OuterExpr, ColumnExpr,
                            CallExpr, LogicExpr, LookupExpr, CaseExpr,
                            ConditionExpr, SubqueryExpr>;
  Node node;

  template <class T>
  const T* as() const {
    return std::get_if<T>(&node);
  }
};

ExprPtr make_expr(Expr::Node node);

ExprPtr f(std::string path);
ExprPtr outer_ref(std::string path);
ExprPtr value(Value value);
ExprPtr call(std::string function, ExprList arguments);
ExprPtr logic(Connector connector, ExprList parts, bool negated = false);

/// The tree with each node replaced by what `change` gives for it. Where that
/// is nullptr the node stays, and its parts are looked at.
using ExprChange = std::function<ExprPtr(const ExprPtr&)>;
ExprPtr rewrite(const ExprPtr& expr, const ExprChange& change);

/// What values an expression has, as far as that is known without a database.
std::optional<FieldKind> kind_of(const Expr& expr);

}  // namespace manage::orm
