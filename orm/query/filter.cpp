#include "orm/query/filter.hpp"

#include <fmt/format.h>

#include <map>

#include "core/error.hpp"
#include "orm/column_types.hpp"
#include "orm/query/composite_key.hpp"
#include "orm/query/generic_relation.hpp"
#include "orm/query/lookup.hpp"
#include "orm/query/path.hpp"
#include "orm/query/resolve.hpp"

namespace manage::orm {

namespace {

/// What stands around a condition: `branch`, whether any `not` does; `current`,
/// whether an odd number does.
struct Negation {
  bool branch = false;
  bool current = false;
};

/// An expression, and the joins without whose rows it cannot be true.
struct Clause {
  ExprPtr expr;
  Aliases needed;
};

ExprPtr is_null(ExprPtr expr, bool flag) {
  return make_expr(LookupExpr{"isnull", std::move(expr), {value(flag)}});
}

ExprPtr equals(ExprPtr left, ExprPtr right) {
  return make_expr(LookupExpr{"exact", std::move(left), {std::move(right)}});
}

ExprPtr both(const ExprPtr& a, ExprPtr b) {
  return a ? logic(Connector::kAnd, {a, std::move(b)}) : b;
}

/// F means the query around when a condition moves into a subquery.
ExprPtr moved_inside(const ExprPtr& expr) {
  return rewrite(expr, [](const ExprPtr& one) -> ExprPtr {
    const auto* field = one->as<FieldExpr>();
    return field ? outer_ref(field->path) : nullptr;
  });
}

class ConditionBuilder {
 public:
  /// `split`: whether a negated condition on many rows is about none of them;
  /// else about one, which an expression has at hand.
  ConditionBuilder(Query& query, Aliases* reusable, bool split)
      : query_(query), reusable_(reusable), split_(split) {}

  Clause build(const Q& q, Negation around) {
    const Negation here{around.branch || q.negated(),
                        around.current != q.negated()};
    ExprList parts;
    Votes votes;
    for (const Q::Part& part : q.parts()) {
      Clause clause = std::visit(
          [&](const auto& one) { return build_part(one, here); }, part);
      for (int alias : clause.needed) ++votes[alias];
      parts.push_back(std::move(clause.expr));
    }
    Aliases needed =
        settle_joins(q.connector(), q.parts().size(), here.current, votes);
    return {logic(q.connector(), std::move(parts), q.negated()),
            std::move(needed)};
  }

 private:
  using Votes = std::map<int, std::size_t>;

  /// A join that every part needs may be an inner one; one that only some of
  /// several alternatives need must keep the rows of the others.
  Aliases settle_joins(Connector connector, std::size_t count, bool negated,
                       const Votes& votes) {
    // Not (a and b) is an alternative, not (a or b) is none.
    const bool all = connector == Connector::kAnd  ? !negated
                     : connector == Connector::kOr ? negated
                                                   : false;
    Aliases optional, needed;
    for (const auto& [alias, voters] : votes) {
      if (!all && voters < count) optional.insert(alias);
      if (all || voters == count) needed.insert(alias);
    }
    query_.joins.promote(optional);
    query_.joins.demote(needed);
    return needed;
  }

  Clause build_part(const Q& q, Negation here) { return build(q, here); }

  Clause build_part(const ExprPtr& expr, Negation) {
    ExprPtr made = resolved(expr);
    const std::optional<FieldKind> kind = kind_of(*made);
    if (kind && kind != FieldKind::kBoolean) {
      throw Error("query.condition",
                  "an expression that is not true or false is no condition")
          .hint("compare it with something");
    }
    return {std::move(made), {}};
  }

  Clause build_part(const Q::Lookup& lookup, Negation here) {
    const AnnotationPath known = find_annotation_path(query_, lookup.path);
    if (known.expr) {
      return {make_lookup(lookup.path, known.expr, false, known.rest,
                          resolved(lookup.operand)),
              {}};
    }
    const NamedPath path = find_path(query_, lookup.path);
    const bool none_of_many = split_ && here.branch && path.leads_to_many();
    if (none_of_many) return exclude(lookup, path);
    if (const Model* model = path.composite()) {
      return build(
          key_condition(*model, prefix_of(path), path.lookups, lookup.operand),
          here);
    }
    const std::vector<Join> before = query_.joins.all();
    const Operand operand = resolved(lookup.operand);
    Aliases used = used_since(before);
    const JoinedPath joined = join_path(query_, path, reusable_);
    used.insert(joined.joined.begin(), joined.joined.end());
    ExprPtr made = make_lookup(lookup.path, joined.column, path.target,
                               path.lookups, operand);
    return guard(std::move(made), joined, operand, here, std::move(used));
  }

  /// "lines__" of "lines__pk" and of "lines".
  static std::string prefix_of(const NamedPath& path) {
    std::string prefix;
    for (const NamedPath::Part& part : path.parts) {
      const bool key = !path.target && &part == &path.parts.back();
      if (!key) prefix += part.name + "__";
    }
    return prefix;
  }

  Operand resolved(Operand operand) {
    if (auto* expr = std::get_if<ExprPtr>(&operand)) {
      *expr = resolved(*expr);
    } else if (auto* list = std::get_if<ExprList>(&operand)) {
      for (ExprPtr& one : *list) one = resolved(one);
    }
    return operand;
  }

  /// What is compared with must be known for each row.
  ExprPtr resolved(const ExprPtr& expr) {
    if (contains_aggregate(*expr)) {
      throw Error("query.condition", "an aggregate has no place in a condition")
          .hint("give it a name with annotate(), and filter by that");
    }
    return resolve(query_, expr, reusable_);
  }

  Aliases used_since(const std::vector<Join>& before) const {
    Aliases used;
    const std::vector<Join>& now = query_.joins.all();
    for (std::size_t i = 0; i < now.size(); ++i) {
      const int uses = i < before.size() ? before[i].uses : 0;
      if (now[i].uses > uses) used.insert(static_cast<int>(i));
    }
    return used;
  }

  /// Inside a negation NULL must not count as a match: not (a = 1) has the rows
  /// without an a.
  Clause guard(ExprPtr made, const JoinedPath& joined, const Operand& operand,
               Negation here, Aliases used) const {
    const auto* lookup = made->as<LookupExpr>();
    const bool about_null = lookup && lookup->lookup == "isnull";
    const bool wants_null =
        about_null &&
        std::get<bool>(lookup->right.front()->as<LiteralExpr>()->value);
    if (wants_null != here.current && about_null) used.clear();
    // The null of JSON is compared, but as in Django not beside NULL.
    const auto* plain = std::get_if<Value>(&operand);
    if (about_null || !here.current || (plain && orm::is_null(*plain))) {
      return {std::move(made), std::move(used)};
    }
    const auto& column = *joined.column->as<ColumnExpr>();
    ExprList parts{std::move(made)};
    if (column.field->null() || query_.joins.at(column.alias).outer) {
      parts.push_back(is_null(joined.column, false));
    }
    const auto* expr = std::get_if<ExprPtr>(&operand);
    const auto* other = expr ? (*expr)->as<ColumnExpr>() : nullptr;
    if (other && other->field->null()) parts.push_back(is_null(*expr, false));
    return {logic(Connector::kAnd, std::move(parts)), {}};
  }

  /// A negated condition on many rows is about none of them: a subquery.
  Clause exclude(const Q::Lookup& lookup, const NamedPath& path) {
    Operand operand = lookup.operand;
    if (auto* expr = std::get_if<ExprPtr>(&operand)) {
      *expr = moved_inside(*expr);
    } else if (auto* list = std::get_if<ExprList>(&operand)) {
      for (ExprPtr& one : *list) one = moved_inside(one);
    }
    Query inner = query_.anew();
    add_condition(inner, Q(lookup.path, std::move(operand)));

    // The joins before the first one to many rows stay outside.
    const std::vector<JoinStep> steps = path.joins();
    int first = 0;
    bool may_be_missing = false;
    for (; !steps[static_cast<std::size_t>(first)].many; ++first) {
      may_be_missing = may_be_missing || inner.joins.at(first + 1).outer;
      inner.joins.unuse(first);
    }
    const JoinStep& step = steps[static_cast<std::size_t>(first)];
    const bool skip = !inner.joins.at(first + 1).outer;
    if (skip) inner.joins.unuse(first);
    const int start = skip ? first + 1 : first;
    inner.joins.start_at(start);
    // The first table is joined with nothing.
    if (const ExprPtr met = inner.joins.at(start).condition) {
      inner.where = both(inner.where, met);
    }

    if (inner.joins.at(0).uses <= 0) {
      inner.source.reset();
      inner.common_tables.clear();
    }

    ExprPtr outer = outer_column(path, first, step);
    if (step.generic) outer = pointed_key(outer, *step.to_field);
    restrict_to_shared(inner, start);
    inner.where =
        both(inner.where,
             equals(column(start, skip ? *step.to_field : *step.from_field, 0),
                    one_level_in(outer)));
    ExprPtr exists = embed(query_,
                           {SubqueryExpr::Kind::kExists,
                            std::make_shared<const Query>(std::move(inner))},
                           reusable_);
    if (!may_be_missing) return {std::move(exists), {}};
    return {logic(Connector::kOr, {std::move(exists), is_null(outer, true)}),
            {}};
  }

  /// The column of this query that the subquery's rows belong to.
  ExprPtr outer_column(const NamedPath& path, int first, const JoinStep& step) {
    NamedPath prefix;
    int left = first;
    for (const NamedPath::Part& part : path.parts) {
      if (left == 0) break;
      NamedPath::Part kept{part.name, {}};
      for (const JoinStep& one : part.joins) {
        if (left == 0) break;
        kept.joins.push_back(one);
        --left;
      }
      prefix.parts.push_back(std::move(kept));
    }
    prefix.column = step.from_field;
    return join_path(query_, prefix, reusable_).column;
  }

  /// Where this call has joined the same rows already, the subquery is about
  /// that one row.
  void restrict_to_shared(Query& inner, int start) const {
    if (!reusable_) return;
    const Join& join = inner.joins.at(start);
    for (int alias : *reusable_) {
      if (query_.joins.at(alias).name != join.name) continue;
      for (const FieldDef* key : join.model->key_columns()) {
        inner.where = both(inner.where, equals(column(start, *key, 0),
                                               column(alias, *key, 1)));
      }
      return;
    }
  }

  ExprPtr column(int alias, const FieldDef& field, int level) const {
    return make_expr(ColumnExpr{
        alias, &field, &value_field(field, query_.registry->models()), level});
  }

  Query& query_;
  Aliases* reusable_;
  bool split_;
};

}  // namespace

void add_condition(Query& query, const Q& q) {
  if (q.empty()) return;
  const Aliases inner = query.joins.inner_joins();
  Aliases reusable;
  ExprPtr made = ConditionBuilder(query, &reusable, true).build(q, {}).expr;
  query.where = both(query.where, std::move(made));
  // What was an inner join before stays one: both conditions must hold.
  query.joins.demote(inner);
}

ExprPtr resolve_condition(Query& query, const Q& q, Aliases* reusable) {
  const Clause made = ConditionBuilder(query, reusable, false).build(q, {});
  query.joins.promote(made.needed);
  return made.expr;
}

}  // namespace manage::orm
