#include "orm/query/expr.hpp"

#include "orm/query/q.hpp"
#include "orm/query/query.hpp"

namespace manage::orm {

FieldPtr borrowed(const FieldDef& field) {
  return FieldPtr(std::shared_ptr<void>(), &field);
}

ExprPtr make_expr(Expr::Node node) {
  return std::make_shared<const Expr>(Expr{std::move(node)});
}

ExprPtr f(std::string path) { return make_expr(FieldExpr{std::move(path)}); }

ExprPtr outer_ref(std::string path, int depth) {
  return make_expr(OuterExpr{std::move(path), depth});
}

ExprPtr value(Value value, FieldPtr field) {
  return make_expr(LiteralExpr{std::move(value), std::move(field)});
}

ExprPtr call(std::string function, ExprList arguments, DataMap options,
             FieldPtr output) {
  return make_expr(CallExpr{std::move(function), std::move(arguments),
                            std::move(options), std::move(output)});
}

ExprPtr logic(Connector connector, ExprList parts, bool negated) {
  return make_expr(LogicExpr{connector, negated, std::move(parts)});
}

ExprPtr condition(Q q) {
  return make_expr(ConditionExpr{std::make_shared<const Q>(std::move(q))});
}

ExprPtr filtered_relation(std::string path, Q condition) {
  return make_expr(FilteredRelationExpr{
      std::move(path), std::make_shared<const Q>(std::move(condition))});
}

ExprPtr with_output(const ExprPtr& expr, FieldPtr output) {
  return call("ExpressionWrapper", {expr}, {}, std::move(output));
}

namespace {

/// Calls `see` for each part of a node; both const, or neither.
template <class See>
struct Parts {
  See see;

  template <class List>
  void all(List& list) const {
    for (auto& one : list) see(one);
  }
  template <class Terms>
  void terms(Terms& order) const {
    for (auto& term : order) see(term.expr);
  }
  template <class Part>
  void maybe(Part& part) const {
    if (part) see(part);
  }

  template <class Node>
  void operator()(Node& node) const {
    using T = std::remove_const_t<Node>;
    if constexpr (std::is_same_v<T, CallExpr>) {
      all(node.arguments);
    } else if constexpr (std::is_same_v<T, AggregateExpr>) {
      all(node.arguments);
      maybe(node.filter);
      terms(node.order);
    } else if constexpr (std::is_same_v<T, WindowExpr>) {
      see(node.expr);
      all(node.partition);
      terms(node.order);
    } else if constexpr (std::is_same_v<T, LogicExpr>) {
      all(node.parts);
    } else if constexpr (std::is_same_v<T, LookupExpr>) {
      see(node.left);
      all(node.right);
    } else if constexpr (std::is_same_v<T, CaseExpr>) {
      for (auto& [when, then] : node.branches) {
        see(when);
        see(then);
      }
      maybe(node.otherwise);
    }
  }
};

template <class See>
Parts(See) -> Parts<See>;

}  // namespace

void for_each_part(const Expr& expr,
                   const std::function<void(const ExprPtr&)>& see) {
  std::visit(Parts{[&](const ExprPtr& one) { see(one); }}, expr.node);
}

ExprPtr rewrite(const ExprPtr& expr, const ExprChange& change) {
  if (ExprPtr changed = change(expr)) return changed;
  std::vector<ExprPtr> parts;
  bool same = true;
  for_each_part(*expr, [&](const ExprPtr& one) {
    parts.push_back(rewrite(one, change));
    same = same && parts.back() == one;
  });
  if (same) return expr;
  Expr::Node copy = expr->node;
  std::size_t at = 0;
  std::visit(Parts{[&](ExprPtr& one) { one = std::move(parts[at++]); }}, copy);
  return make_expr(std::move(copy));
}

bool any_node(const Expr& expr, const std::function<bool(const Expr&)>& test) {
  if (test(expr)) return true;
  bool found = false;
  for_each_part(
      expr, [&](const ExprPtr& one) { found = found || any_node(*one, test); });
  return found;
}

bool contains_aggregate(const Expr& expr) {
  if (expr.as<AggregateExpr>()) return true;
  bool found = false;
  if (const auto* window = expr.as<WindowExpr>()) {
    // What it reckons over is no aggregate of the query; what it is given may
    // be made of some.
    for_each_part(*window->expr, [&](const ExprPtr& one) {
      found = found || contains_aggregate(*one);
    });
    for (const ExprPtr& one : window->partition) {
      found = found || contains_aggregate(*one);
    }
    for (const OrderTerm& term : window->order) {
      found = found || contains_aggregate(*term.expr);
    }
    return found;
  }
  for_each_part(expr, [&](const ExprPtr& one) {
    found = found || contains_aggregate(*one);
  });
  return found;
}

bool contains_window(const Expr& expr) {
  return any_node(
      expr, [](const Expr& one) { return one.as<WindowExpr>() != nullptr; });
}

}  // namespace manage::orm
