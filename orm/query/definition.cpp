#include "orm/query/definition.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/column_types.hpp"
#include "orm/query/compiler.hpp"
#include "orm/query/from_data.hpp"
#include "orm/query/functions.hpp"
#include "orm/query/lookup.hpp"
#include "orm/query/path.hpp"
#include "orm/query/q.hpp"
#include "orm/query/resolve.hpp"

namespace manage::orm {

namespace {

[[noreturn]] void wrong(std::string message, std::string hint = {}) {
  throw Error("query.expression", std::move(message)).hint(std::move(hint));
}

/// How the names of functions begin that only queries have: what not every
/// database can keep in a schema.
constexpr std::string_view kOfQueries[] = {
    "Array", "Cot", "Extract", "HStore",  "JSON",  "Log",
    "Range", "SHA", "Search",  "Trigram", "Trunc", "Unaccent"};

bool stands_in_definitions(const FunctionSpec& spec) {
  return spec.role == FunctionRole::kScalar &&
         std::none_of(std::begin(kOfQueries), std::end(kOfQueries),
                      [&](std::string_view start) {
                        return spec.name.starts_with(start);
                      });
}

bool is_moment(std::optional<FieldKind> kind) {
  using K = FieldKind;
  return kind == K::kDate || kind == K::kDateTime || kind == K::kTime ||
         kind == K::kDuration;
}

ExprPtr is_not_null(ExprPtr expr) {
  return make_expr(LookupExpr{"isnull", std::move(expr), {value(false)}});
}

/// Takes the parts of what says the same without parentheses (Django's
/// Node.add).
void add_part(ExprList& parts, Connector connector, ExprPtr part) {
  const auto* joined = part->as<LogicExpr>();
  const bool same =
      joined && !joined->negated &&
      (joined->connector == connector || joined->parts.size() == 1);
  if (!same) {
    parts.push_back(std::move(part));
    return;
  }
  parts.insert(parts.end(), joined->parts.begin(), joined->parts.end());
}

/// The columns of one table for what refers to them by name.
class Definition {
 public:
  Definition(const ModelDef& model, const ModelSet& models)
      : model_(model), models_(models) {}

  ExprPtr expression(const ExprPtr& given) const {
    return rewrite(given, [&](const ExprPtr& one) -> ExprPtr {
      if (const auto* field = one->as<FieldExpr>()) return plain(field->path);
      const auto* met = one->as<ConditionExpr>();
      return met ? condition(*met->q, false) : nullptr;
    });
  }

  ExprPtr checked(const ExprPtr& given) const {
    ExprPtr made = with_floats(expression(given));
    check(*made);
    return made;
  }

  /// `negated`: whether an odd number of `not` stands around it.
  ExprPtr condition(const Q& q, bool negated) const {
    const bool inside = negated != q.negated();
    ExprList parts;
    for (const Q::Part& part : q.parts()) {
      add_part(
          parts, q.connector(),
          std::visit([&](const auto& one) { return of(one, inside); }, part));
    }
    if (parts.size() == 1 && !q.negated()) return std::move(parts.front());
    return logic(q.connector(), std::move(parts), q.negated());
  }

 private:
  struct Column {
    ExprPtr expr;
    std::vector<std::string> rest;  ///< lookups that follow
    bool relation = false;          ///< a foreign key as such
  };

  ExprPtr of(const Q& q, bool negated) const { return condition(q, negated); }

  ExprPtr of(const ExprPtr& expr, bool) const {
    ExprPtr made = checked(expr);
    const std::optional<FieldKind> kind = kind_of(*made);
    if (!kind || kind == FieldKind::kBoolean) return made;
    throw Error("query.condition",
                "an expression that is not true or false is no condition")
        .hint("compare it with something");
  }

  ExprPtr of(const Q::Lookup& lookup, bool negated) const {
    const Column left = column(lookup.path);
    Operand operand = lookup.operand;
    if (auto* expr = std::get_if<ExprPtr>(&operand)) {
      *expr = checked(*expr);
    } else if (auto* list = std::get_if<ExprList>(&operand)) {
      for (ExprPtr& one : *list) one = checked(one);
    }
    refuse_null_in_list(lookup.path, operand);
    ExprPtr made =
        make_lookup(lookup.path, left.expr, left.relation, left.rest, operand);
    const auto* compared = made->as<LookupExpr>();
    // A year of a day is gone by now: it is compared with days.
    if (compared && compared->left != left.expr) refuse(lookup.path);
    check(*made);
    // Inside a negation NULL must not count as a match.
    if (!negated || (compared && compared->lookup == "isnull")) return made;
    ExprList parts{made};
    const auto guard = [&](const ExprPtr& expr) {
      const auto* found = expr->as<ColumnExpr>();
      if (found && found->field->null()) parts.push_back(is_not_null(expr));
    };
    guard(left.expr);
    if (const auto* expr = std::get_if<ExprPtr>(&operand)) guard(*expr);
    return parts.size() == 1 ? made : logic(Connector::kAnd, std::move(parts));
  }

  /// With NULL in it a condition is never false.
  static void refuse_null_in_list(const std::string& path,
                                  const Operand& operand) {
    const auto is_null_literal = [](const ExprPtr& one) {
      const auto* literal = one->as<LiteralExpr>();
      return literal && is_null(literal->value);
    };
    const auto* values = std::get_if<std::vector<Value>>(&operand);
    const auto* parts = std::get_if<ExprList>(&operand);
    if ((values && std::any_of(values->begin(), values->end(), is_null)) ||
        (parts && std::any_of(parts->begin(), parts->end(), is_null_literal))) {
      throw Error("query.value", path + " cannot contain null")
          .hint("ask with isnull");
    }
  }

  /// A field's name, attname or "pk", a foreign key's "author__id", and what
  /// comes after it.
  Column column(std::string_view path) const {
    std::vector<std::string> names = split_lookup(path);
    const FieldDef& field = named(names.front());
    names.erase(names.begin());
    const bool by_name =
        path == field.name || path.starts_with(field.name + "__");
    bool relation = field.is_relation() && by_name;
    if (field.is_relation() && !names.empty()) {
      const FieldDef& target = models_.target_field(field);
      if (names.front() == target.name ||
          (names.front() == "pk" && target.primary_key())) {
        names.erase(names.begin());
        relation = false;
      } else if (models_.find_field(models_.target(field), names.front())) {
        throw Error("models.E041",
                    fmt::format("{} leads to another table, and only columns "
                                "of {} can be used here",
                                path, model_.label()));
      }
    }
    return {make_expr(ColumnExpr{0, &field, &value_field(field, models_), 0}),
            std::move(names), relation};
  }

  const FieldDef& named(const std::string& name) const {
    const FieldDef* found =
        name == "pk" ? model_.primary_key() : model_.find_field(name);
    for (const FieldDef& field : model_.fields) {
      if (!found && field.attname() == name) found = &field;
    }
    if (!found && models_.find_field(model_, name)) {
      throw Error("models.E016",
                  fmt::format("{} is a column of a parent's table", name));
    }
    if (!found) {
      throw Error("models.E012",
                  fmt::format("{} has no field {}", model_.label(), name))
          .hint(text::did_you_mean(name, models_.field_names(model_)));
    }
    if (!found->has_column()) {
      throw Error("models.E013", fmt::format("{} has no column", name));
    }
    return *found;
  }

  ExprPtr plain(const std::string& path) const {
    Column found = column(path);
    if (found.rest.empty()) return std::move(found.expr);
    wrong(fmt::format("{} cannot stand in a table's definition", path),
          fmt::format("only fields of {} can", model_.label()));
  }

  /// Numbers with a fraction are floats beside floats: as a decimal one is text
  /// on SQLite, which is never equal to a number.
  static ExprPtr with_floats(const ExprPtr& expr) {
    ExprPtr made = rewrite(expr, [&](const ExprPtr& one) {
      return one == expr ? nullptr : with_floats(one);
    });
    bool floats = false;
    for_each_part(*made, [&](const ExprPtr& one) {
      floats = floats || kind_of(*one) == FieldKind::kFloat;
    });
    const bool computes = made->as<CallExpr>() || made->as<CaseExpr>();
    if (!floats || !computes) return made;
    return rewrite(made, [&](const ExprPtr& one) -> ExprPtr {
      if (one == made) return nullptr;
      const auto* literal = one->as<LiteralExpr>();
      const bool plain = literal && !literal->field;
      const auto* number =
          plain ? std::get_if<Decimal>(&literal->value) : nullptr;
      if (!number) return one;
      return value(
          value_for("an argument", FieldKind::kFloat, nullptr, *number));
    });
  }

  /// Whether all of it can stand in a definition.
  static void check(const Expr& expr) {
    check_expression(expr);
    if (const auto* aggregate = expr.as<AggregateExpr>()) {
      refuse(aggregate->function);
    }
    if (expr.as<WindowExpr>()) refuse("Window");
    if (expr.as<OuterExpr>()) refuse("OuterRef");
    if (const auto* called = expr.as<CallExpr>()) check_call(*called);
    if (const auto* lookup = expr.as<LookupExpr>()) check_lookup(*lookup);
    for_each_part(expr, [](const ExprPtr& one) { check(*one); });
  }

  static void check_call(const CallExpr& called) {
    if (is_operator(called.function)) {
      for (const ExprPtr& one : called.arguments) {
        if (!is_moment(kind_of(*one))) continue;
        wrong(fmt::format("\"{}\" cannot reckon with dates and times here",
                          called.function));
      }
      return;
    }
    const FunctionSpec* spec = find_function(called.function);
    if (!spec || !stands_in_definitions(*spec)) refuse(called.function);
    if (called.function != "Cast" || !called.output) return;
    // A function makes dates from text on SQLite, with rules of its own.
    if (is_moment(called.output->kind()) || called.output->type->rich) {
      wrong(fmt::format("Cast to {} cannot stand in a table's definition",
                        called.output->type->name));
    }
  }

  static void check_lookup(const LookupExpr& lookup) {
    const std::size_t dot = lookup.lookup.find('.');
    if (dot != std::string::npos) refuse(lookup.lookup.substr(dot + 1));
  }

  [[noreturn]] static void refuse(const std::string& name) {
    wrong(fmt::format("{} cannot stand in a table's definition", name),
          "what can is listed in manage help models");
  }

  const ModelDef& model_;
  const ModelSet& models_;
};

}  // namespace

std::string condition_sql(const Data& q, const ModelDef& model,
                          const ModelSet& models, const Dialect& dialect) {
  const ExprPtr made =
      Definition(model, models).condition(Q::from_data(q), false);
  return compile_definition(*made, models, dialect);
}

std::string expression_sql(const Data& expression, const ModelDef& model,
                           const ModelSet& models, const Dialect& dialect) {
  const ExprPtr made = Definition(model, models)
                           .checked(argument_from_data(expression, nullptr));
  return compile_definition(*made, models, dialect);
}

BoundStatement condition_of_values(
    const Data& q, const ModelDef& model, const ModelSet& models,
    const Dialect& dialect,
    const std::function<Value(const FieldDef&)>& value_of) {
  const ExprPtr made =
      Definition(model, models).condition(Q::from_data(q), false);
  const ExprPtr filled = rewrite(made, [&](const ExprPtr& one) -> ExprPtr {
    const auto* column = one->as<ColumnExpr>();
    if (!column) return nullptr;
    return value(value_of(*column->field), borrowed(*column->values));
  });
  return compile_condition(*filled, models, dialect);
}

std::vector<std::string> definition_classes() {
  // What is not a plain function.
  std::vector<std::string> names = {"Case", "F", "OpClass", "Value"};
  for (std::string& name : function_names()) {
    const bool known = stands_in_definitions(*find_function(name));
    if (known) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace manage::orm
