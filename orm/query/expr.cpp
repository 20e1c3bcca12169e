#include "orm/query/expr.hpp"

#include "orm/expression_functions.hpp"

namespace manage::orm {

ExprPtr make_expr(Expr::Node node) {
  return std::make_shared<const Expr>(Expr{std::move(node)});
}

ExprPtr f(std::string path) { return make_expr(FieldExpr{std::move(path)}); }

ExprPtr outer_ref(std::string path) {
  return make_expr(OuterExpr{std::move(path)});
}

ExprPtr value(Value value) { return make_expr(LiteralExpr{std::move(value)}); }

ExprPtr call(std::string function, ExprList arguments) {
  return make_expr(CallExpr{std::move(function), std::move(arguments)});
}

ExprPtr logic(Connector connector, ExprList parts, bool negated) {
  return make_expr(LogicExpr{connector, negated, std::move(parts)});
}

namespace {

void rewrite_all(ExprList& list, const ExprChange& change) {
  for (ExprPtr& one : list) one = rewrite(one, change);
}

/// Rewrites the parts of a copy of a node.
struct PartsRewriter {
  const ExprChange& change;

  void operator()(CallExpr& call) const { rewrite_all(call.arguments, change); }
  void operator()(LogicExpr& logic) const { rewrite_all(logic.parts, change); }
  void operator()(LookupExpr& lookup) const {
    lookup.left = rewrite(lookup.left, change);
    rewrite_all(lookup.right, change);
  }
  void operator()(CaseExpr& choice) const {
    for (auto& [when, then] : choice.branches) {
      when = rewrite(when, change);
      then = rewrite(then, change);
    }
    if (choice.otherwise) choice.otherwise = rewrite(choice.otherwise, change);
  }
  template <class Leaf>
  void operator()(Leaf&) const {}
};

std::optional<FieldKind> kind_of_value(const LiteralExpr& literal) {
  if (literal.field) return literal.field->kind();
  const Value& value = literal.value;
  if (std::holds_alternative<bool>(value)) return FieldKind::kBoolean;
  if (std::holds_alternative<std::int64_t>(value)) return FieldKind::kInteger;
  if (std::holds_alternative<double>(value)) return FieldKind::kFloat;
  if (std::holds_alternative<std::string>(value)) return FieldKind::kText;
  if (std::holds_alternative<Decimal>(value)) return FieldKind::kDecimal;
  if (std::holds_alternative<Date>(value)) return FieldKind::kDate;
  if (std::holds_alternative<Time>(value)) return FieldKind::kTime;
  if (std::holds_alternative<DateTime>(value)) return FieldKind::kDateTime;
  if (std::holds_alternative<Duration>(value)) return FieldKind::kDuration;
  if (std::holds_alternative<Uuid>(value)) return FieldKind::kUuid;
  if (std::holds_alternative<Json>(value)) return FieldKind::kJson;
  if (std::holds_alternative<Bytes>(value)) return FieldKind::kBinary;
  return std::nullopt;
}

}  // namespace

ExprPtr rewrite(const ExprPtr& expr, const ExprChange& change) {
  if (ExprPtr changed = change(expr)) return changed;
  Expr::Node copy = expr->node;
  std::visit(PartsRewriter{change}, copy);
  return make_expr(std::move(copy));
}

std::optional<FieldKind> kind_of(const Expr& expr) {
  if (const auto* literal = expr.as<LiteralExpr>()) {
    return kind_of_value(*literal);
  }
  if (const auto* column = expr.as<ColumnExpr>()) {
    return column->values->kind();
  }
  if (expr.as<LogicExpr>() || expr.as<LookupExpr>() ||
      expr.as<ConditionExpr>()) {
    return FieldKind::kBoolean;
  }
  if (const auto* choice = expr.as<CaseExpr>()) {
    return choice->branches.empty() ? std::nullopt
                                    : kind_of(*choice->branches.front().second);
  }
  if (const auto* called = expr.as<CallExpr>()) {
    std::vector<SqlExpression> parts;
    for (const ExprPtr& one : called->arguments) {
      parts.push_back({{}, kind_of(*one)});
    }
    const FunctionSpec* spec = find_function(called->function);
    if (spec && (!parts.empty() || spec->most == 0)) {
      return result_kind(spec->result, parts);
    }
    return common_kind(parts);
  }
  return std::nullopt;
}

}  // namespace manage::orm
