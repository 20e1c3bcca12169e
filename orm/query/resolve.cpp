#include "orm/query/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/query/filter.hpp"
#include "orm/query/functions.hpp"
#include "orm/query/path.hpp"
#include "orm/query/transforms.hpp"

namespace manage::orm {

namespace {

[[noreturn]] void wrong(std::string message, std::string hint = {}) {
  throw Error("query.expression", std::move(message)).hint(std::move(hint));
}

std::string count_text(const FunctionSpec& spec) {
  if (spec.least == spec.most) return text::count(spec.least, "argument");
  if (spec.most == kAny) {
    return fmt::format("at least {}", text::count(spec.least, "argument"));
  }
  return fmt::format("{} to {} arguments", spec.least, spec.most);
}

const FunctionSpec& spec_of(const std::string& name, std::size_t arguments,
                            const DataMap& options) {
  const FunctionSpec* spec = find_function(name);
  if (!spec) {
    std::string hint = text::did_you_mean(name, function_names());
    wrong(fmt::format("there is no expression {}", name), std::move(hint));
  }
  if (arguments < spec->least || arguments > spec->most) {
    wrong(
        fmt::format("{} takes {}, not {}", name, count_text(*spec), arguments));
  }
  for (const auto& [option, ignored] : options) {
    if (takes_option(*spec, option)) continue;
    wrong(fmt::format("{} takes no argument {}", name, option),
          text::did_you_mean(option,
                             text::split(std::string(spec->options), ' ')));
  }
  return *spec;
}

class Resolver {
 public:
  Resolver(Query& query, Aliases* reusable)
      : query_(query), reusable_(reusable) {}

  ExprPtr run(const ExprPtr& expr) {
    if (const auto* field = expr->as<FieldExpr>()) {
      return resolve_path(query_, field->path, reusable_);
    }
    if (const auto* condition = expr->as<ConditionExpr>()) {
      return resolve_condition(query_, *condition->q, reusable_);
    }
    if (const auto* inner = expr->as<SubqueryExpr>()) {
      return embed(query_, *inner, reusable_);
    }
    ExprPtr made = rewrite(expr, [this, &expr](const ExprPtr& one) -> ExprPtr {
      return one == expr ? nullptr : run(one);
    });
    check(*made);
    return made;
  }

  /// A window function has its place in a Window only.
  static void check_no_window(const Expr& expr) {
    const auto* called = expr.as<CallExpr>();
    const FunctionSpec* spec =
        called ? find_function(called->function) : nullptr;
    if (!spec || spec->role != FunctionRole::kWindow) return;
    wrong(
        fmt::format("{} is of a window, and there is none", spec->name),
        fmt::format("write {{Window: {{{}: []}}, order_by: […]}}", spec->name));
  }

  static void check(const Expr& expr) {
    if (!expr.as<WindowExpr>()) {
      for_each_part(expr, [](const ExprPtr& one) { check_no_window(*one); });
    }
    if (expr.as<FilteredRelationExpr>()) {
      wrong("a FilteredRelation has its place in annotate() only",
            "give it a name there, and use that in paths");
    }
    if (const auto* called = expr.as<CallExpr>()) {
      check_call(*called);
    } else if (const auto* aggregate = expr.as<AggregateExpr>()) {
      check_aggregate(*aggregate);
    } else if (const auto* window = expr.as<WindowExpr>()) {
      check_window(*window);
    }
  }

 private:
  static void check_call(const CallExpr& called) {
    if (is_operator(called.function)) {
      if (called.arguments.size() == 2) return;
      wrong(fmt::format("\"{}\" takes 2 arguments, not {}", called.function,
                        called.arguments.size()));
    }
    spec_of(called.function, called.arguments.size(), called.options);
  }

  static void check_aggregate(const AggregateExpr& aggregate) {
    const FunctionSpec& spec =
        spec_of(aggregate.function, aggregate.arguments.size(), {});
    if (aggregate.distinct && !spec.distinct) {
      wrong(fmt::format("{} takes no distinct", spec.name));
    }
    if (aggregate.distinct && aggregate.arguments.empty()) {
      wrong("Count of rows takes no distinct", "count a field: Count(pk)");
    }
    for (const ExprPtr& one : aggregate.arguments) {
      if (!contains_aggregate(*one)) continue;
      wrong(
          fmt::format("{} cannot be of what is an aggregate itself", spec.name),
          "aggregate() after annotate() does that in a subquery");
    }
  }

  static void check_window(const WindowExpr& window) {
    const auto* called = window.expr->as<CallExpr>();
    if (window.expr->as<AggregateExpr>()) return;
    const FunctionSpec* spec =
        called ? find_function(called->function) : nullptr;
    if (spec && spec->role == FunctionRole::kWindow) return;
    wrong("a Window is over an aggregate or a window function",
          "such as Sum, RowNumber, Rank, Lag");
  }

  Query& query_;
  Aliases* reusable_;
};

/// Makes an inner query fit into the one around it. `depth` is how many
/// subqueries lie between the expression at hand and that query.
class Embedder {
 public:
  Embedder(Query& around, Aliases* reusable)
      : around_(around), reusable_(reusable) {}

  ExprPtr run(const ExprPtr& expr, int depth) {
    return rewrite(expr, [&](const ExprPtr& one) -> ExprPtr {
      if (const auto* outer = one->as<OuterExpr>()) {
        if (outer->depth != 1 + depth) return nullptr;
        return moved_in(resolve_path(around_, outer->path, reusable_),
                        depth + 1);
      }
      if (const auto* inner = one->as<SubqueryExpr>()) {
        SubqueryExpr copy = *inner;
        copy.query = run(inner->query, depth + 1);
        return make_expr(std::move(copy));
      }
      return nullptr;
    });
  }

  std::shared_ptr<const Query> run(const std::shared_ptr<const Query>& inner,
                                   int depth) {
    Query copy = *inner;
    rewrite_all(copy, [&](const ExprPtr& one) { return run(one, depth); });
    for (auto& part : copy.combined) part = run(part, depth);
    if (copy.source) copy.source = run(copy.source, depth);
    for (CommonTable& table : copy.common_tables) {
      table.query = run(table.query, depth);
      if (table.step) table.step = run(table.step, depth);
    }
    return std::make_shared<const Query>(std::move(copy));
  }

 private:
  static ExprPtr moved_in(const ExprPtr& expr, int levels) {
    return rewrite(expr, [levels](const ExprPtr& one) -> ExprPtr {
      if (const auto* column = one->as<ColumnExpr>()) {
        ColumnExpr copy = *column;
        copy.level += levels;
        return make_expr(copy);
      }
      if (const auto* outer = one->as<OuterExpr>()) {
        return outer_ref(outer->path, outer->depth + levels);
      }
      return nullptr;
    });
  }

  Query& around_;
  Aliases* reusable_;
};

}  // namespace

ExprPtr resolve(Query& query, const ExprPtr& expr, Aliases* reusable) {
  ExprPtr made = Resolver(query, reusable).run(expr);
  Resolver::check_no_window(*made);
  return made;
}

void check_expression(const Expr& expr) { Resolver::check(expr); }

AnnotationPath find_annotation_path(const Query& query, std::string_view path) {
  if (query.annotations.empty()) return {};
  const std::vector<std::string> names = split_lookup(path);
  std::string name;
  for (std::size_t count = 0; count < names.size(); ++count) {
    name += (count > 0 ? "__" : "") + names[count];
    const Annotation* found = query.find_annotation(name);
    if (!found) continue;
    const auto rest = names.begin() + static_cast<std::ptrdiff_t>(count) + 1;
    return {found->expr, {rest, names.end()}};
  }
  return {};
}

ExprPtr resolve_path(Query& query, std::string_view path, Aliases* reusable) {
  AnnotationPath annotation = find_annotation_path(query, path);
  if (annotation.expr) {
    return apply_transforms(path, annotation.expr, annotation.rest);
  }
  const NamedPath found = find_path(query, path);
  return apply_transforms(path, join_path(query, found, reusable).column,
                          found.lookups);
}

ExprPtr embed(Query& query, const SubqueryExpr& inner, Aliases* reusable) {
  SubqueryExpr copy = inner;
  copy.query = Embedder(query, reusable).run(inner.query, 0);
  return make_expr(std::move(copy));
}

ExprPtr one_level_in(const ExprPtr& expr) {
  return rewrite(expr, [](const ExprPtr& one) -> ExprPtr {
    const auto* column = one->as<ColumnExpr>();
    if (!column) return nullptr;
    ColumnExpr copy = *column;
    ++copy.level;
    return make_expr(copy);
  });
}

}  // namespace manage::orm
