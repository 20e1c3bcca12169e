#include "orm/query/filtered_relation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "orm/query/filter.hpp"
#include "orm/query/q.hpp"

namespace manage::orm {

namespace {

[[noreturn]] void wrong(const FilteredRelation& relation,
                        std::string_view problem, std::string hint) {
  throw Error("query.condition",
              fmt::format("the condition of {} {}", relation.name, problem))
      .hint(std::move(hint));
}

/// Paths from the query's model as paths from the relation's.
class Shortener {
 public:
  Shortener(const FilteredRelation& relation, const Model& target)
      : relation_(relation), target_(target) {}

  Q shorten(const Q& q) const {
    Q made;
    for (const Q::Part& part : q.parts()) {
      Q one =
          std::visit([&](const auto& each) { return Q(shorten(each)); }, part);
      switch (q.connector()) {
        case Connector::kAnd:
          made = made & one;
          break;
        case Connector::kOr:
          made = made | one;
          break;
        case Connector::kXor:
          made = made ^ one;
          break;
      }
    }
    return q.negated() ? ~made : made;
  }

 private:
  Q shorten(const Q::Lookup& lookup) const {
    Operand operand = lookup.operand;
    if (auto* expr = std::get_if<ExprPtr>(&operand)) {
      *expr = shorten(*expr);
    } else if (auto* list = std::get_if<ExprList>(&operand)) {
      for (ExprPtr& one : *list) one = shorten(one);
    }
    return {shorten(lookup.path), std::move(operand)};
  }

  ExprPtr shorten(const ExprPtr& expr) const {
    return rewrite(expr, [this](const ExprPtr& one) -> ExprPtr {
      if (const auto* field = one->as<FieldExpr>()) {
        return f(shorten(field->path));
      }
      if (const auto* inner = one->as<ConditionExpr>()) {
        return condition(shorten(*inner->q));
      }
      return nullptr;
    });
  }

  std::string shorten(const std::string& path) const {
    const std::string& start = relation_.path;
    if (path == start) return "pk";
    if (!path.starts_with(start + "__")) {
      wrong(relation_, fmt::format("is about {}", path),
            fmt::format("it can only be about {}__…", start));
    }
    std::string rest = path.substr(start.size() + 2);
    const std::string first = rest.substr(0, rest.find("__"));
    // A lookup of the relation is one of its key.
    return target_.find(first) ? rest : "pk__" + rest;
  }

  const FilteredRelation& relation_;
  const Model& target_;
};

bool has_subquery(const Expr& expr) {
  return any_node(expr, [](const Expr& one) { return one.as<SubqueryExpr>(); });
}

}  // namespace

ExprPtr filtered_condition(const Query& query, const FilteredRelation& relation,
                           const Model& target, int alias) {
  Query rows(*query.registry, target);
  add_condition(rows, Shortener(relation, target).shorten(*relation.condition));
  if (!rows.where) return nullptr;
  const std::vector<Join>& joins = rows.joins.all();
  const bool further = std::any_of(joins.begin() + 1, joins.end(),
                                   [](const Join& join) { return join.uses; });
  if (further || has_subquery(*rows.where)) {
    wrong(relation, "goes further than the relation",
          "use only fields of " + target.label());
  }
  return rewrite(rows.where, [alias](const ExprPtr& one) -> ExprPtr {
    const auto* column = one->as<ColumnExpr>();
    if (!column) return nullptr;
    ColumnExpr moved = *column;
    moved.alias = alias;
    return make_expr(moved);
  });
}

}  // namespace manage::orm
