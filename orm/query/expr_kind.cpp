// What values an expression has.
#include "orm/query/expr.hpp"
#include "orm/query/functions.hpp"
#include "orm/query/query.hpp"

namespace manage::orm {

namespace {

std::optional<FieldKind> kind_of_value(const Value& value) {
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

Kinds kinds_of(const ExprList& list) {
  Kinds kinds;
  for (const ExprPtr& one : list) kinds.push_back(kind_of(*one));
  return kinds;
}

struct KindFinder {
  using Found = std::optional<FieldKind>;

  Found operator()(const LiteralExpr& literal) const {
    return literal.field ? literal.field->kind() : kind_of_value(literal.value);
  }
  Found operator()(const ColumnExpr& column) const {
    return column.values->kind();
  }
  Found operator()(const NamedColumnExpr& column) const {
    return column.origin ? kind_of(*column.origin) : std::nullopt;
  }
  Found operator()(const CallExpr& called) const {
    if (called.output) return called.output->kind();
    const Kinds kinds = kinds_of(called.arguments);
    if (is_operator(called.function) && kinds.size() == 2) {
      return operator_kind(called.function, kinds[0], kinds[1]);
    }
    const FunctionSpec* spec = find_function(called.function);
    return spec ? result_kind(spec->gives, kinds) : std::nullopt;
  }
  Found operator()(const AggregateExpr& aggregate) const {
    if (aggregate.output) return aggregate.output->kind();
    const FunctionSpec* spec = find_function(aggregate.function);
    if (!spec) return std::nullopt;
    return result_kind(spec->gives, kinds_of(aggregate.arguments));
  }
  Found operator()(const WindowExpr& window) const {
    return kind_of(*window.expr);
  }
  Found operator()(const LogicExpr&) const { return FieldKind::kBoolean; }
  Found operator()(const LookupExpr&) const { return FieldKind::kBoolean; }
  Found operator()(const ConditionExpr&) const { return FieldKind::kBoolean; }
  Found operator()(const CaseExpr& choice) const {
    if (choice.output) return choice.output->kind();
    Kinds kinds;
    for (const auto& branch : choice.branches) {
      kinds.push_back(kind_of(*branch.second));
    }
    if (choice.otherwise) kinds.push_back(kind_of(*choice.otherwise));
    return common_kind(kinds);
  }
  Found operator()(const SubqueryExpr& inner) const {
    if (inner.kind == SubqueryExpr::Kind::kExists) return FieldKind::kBoolean;
    if (inner.output) return inner.output->kind();
    if (inner.kind == SubqueryExpr::Kind::kArray) return FieldKind::kArray;
    const auto& selected = inner.query->selected;
    return selected.empty() ? std::nullopt : kind_of(*selected.front().expr);
  }
  Found operator()(const RawExpr& raw) const {
    return raw.output ? Found(raw.output->kind()) : std::nullopt;
  }
  Found operator()(const FilteredRelationExpr&) const { return std::nullopt; }
  Found operator()(const FieldExpr&) const { return std::nullopt; }
  Found operator()(const OuterExpr&) const { return std::nullopt; }
};

/// Functions that give back one of the values they were given, or a sum.
bool keeps_values(Gives gives) {
  return gives == Gives::kFirst || gives == Gives::kSame ||
         gives == Gives::kTotal;
}

const FieldDef* field_of_first(std::string_view function,
                               const ExprList& arguments) {
  const FunctionSpec* spec = find_function(function);
  if (!spec || !keeps_values(spec->gives) || arguments.empty()) return nullptr;
  return field_of(*arguments.front());
}

}  // namespace

std::optional<FieldKind> kind_of(const Expr& expr) {
  return std::visit(KindFinder{}, expr.node);
}

const FieldDef* field_of(const Expr& expr) {
  if (const auto* column = expr.as<ColumnExpr>()) return column->values;
  if (const auto* named = expr.as<NamedColumnExpr>()) {
    return named->origin ? field_of(*named->origin) : nullptr;
  }
  if (const auto* literal = expr.as<LiteralExpr>()) return literal->field.get();
  if (const auto* called = expr.as<CallExpr>()) {
    if (called->output) return called->output.get();
    return field_of_first(called->function, called->arguments);
  }
  if (const auto* aggregate = expr.as<AggregateExpr>()) {
    if (aggregate->output) return aggregate->output.get();
    return field_of_first(aggregate->function, aggregate->arguments);
  }
  if (const auto* window = expr.as<WindowExpr>()) {
    return field_of(*window->expr);
  }
  if (const auto* choice = expr.as<CaseExpr>()) return choice->output.get();
  if (const auto* raw = expr.as<RawExpr>()) return raw->output.get();
  if (const auto* inner = expr.as<SubqueryExpr>()) {
    if (inner->output) return inner->output.get();
    const auto& selected = inner->query->selected;
    if (inner->kind == SubqueryExpr::Kind::kScalar && !selected.empty()) {
      return field_of(*selected.front().expr);
    }
  }
  return nullptr;
}

}  // namespace manage::orm
