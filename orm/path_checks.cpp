#include "orm/path_checks.hpp"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "core/text.hpp"
#include "orm/query/from_data.hpp"
#include "orm/query/path.hpp"

namespace manage::orm {

namespace {

/// The names of Django's transforms of dates and times.
bool is_transform(std::string_view name) {
  static const std::set<std::string_view> kNames = {
      "year",     "iso_year",     "month",   "day",  "week",
      "week_day", "iso_week_day", "quarter", "date", "time",
      "hour",     "minute",       "second"};
  return kNames.count(name) > 0;
}

/// The names of Django's lookups, those of PostgreSQL's types last.
bool is_lookup(std::string_view name) {
  static const std::set<std::string_view> kNames = {"exact",
                                                    "iexact",
                                                    "gt",
                                                    "gte",
                                                    "lt",
                                                    "lte",
                                                    "in",
                                                    "contains",
                                                    "icontains",
                                                    "startswith",
                                                    "istartswith",
                                                    "endswith",
                                                    "iendswith",
                                                    "range",
                                                    "isnull",
                                                    "regex",
                                                    "iregex",
                                                    "has_key",
                                                    "has_keys",
                                                    "has_any_keys",
                                                    "contained_by",
                                                    "overlap",
                                                    "len",
                                                    "fully_lt",
                                                    "fully_gt",
                                                    "not_lt",
                                                    "not_gt",
                                                    "adjacent_to",
                                                    "isempty",
                                                    "lower_inc",
                                                    "lower_inf",
                                                    "upper_inc",
                                                    "upper_inf",
                                                    "search",
                                                    "unaccent",
                                                    "trigram_similar",
                                                    "trigram_word_similar"};
  return kNames.count(name) > 0;
}

/// Where one part of a path leads.
struct Step {
  bool found = false;
  bool unknown = false;  ///< to a model that is reported elsewhere
  const FieldDef* field = nullptr;
  const ModelDef* model = nullptr;  ///< behind a relation
};

Step walk(CheckContext& context, const ModelDef& model,
          const std::string& part) {
  if (part == "pk") return {true, false, model.primary_key(), nullptr};
  const FieldDef* field = context.models.find_field(model, part);
  if (field && !field->is_relation()) return {true, false, field, nullptr};
  if (field) {
    const ModelDef* target = context.target(*field);
    return {true, target == nullptr, field, target};
  }
  for (const FieldDef& own : model.fields) {
    if (own.attname() == part) return {true, false, &own, nullptr};
  }
  if (const DeclaredRelation* back = context.find_reverse(model, part)) {
    return {true, false, back->field, back->model};
  }
  return {};
}

PathProblem missing(std::string_view path, const std::string& part,
                    std::string hint) {
  return {part == path ? "there is no such field"
                       : fmt::format("there is no {}", part),
          std::move(hint)};
}

/// Behind a column there are only transforms, keys of documents, and a lookup
/// at the end.
bool may_follow(const FieldDef* column, const std::string& part, bool last,
                PathEnd end) {
  bool document =
      column && (column->kind() == FieldKind::kJson || column->type->rich);
  return document || is_transform(part) ||
         (end == PathEnd::kLookups && last && is_lookup(part));
}

}  // namespace

std::optional<PathProblem> path_problem(CheckContext& context,
                                        const ModelDef& model,
                                        std::string_view path, PathEnd end) {
  const std::vector<std::string> parts = split_lookup(path);
  const ModelDef* at = &model;
  const FieldDef* field = nullptr;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string& part = parts[i];
    bool last = i + 1 == parts.size();
    if (!at) {
      if (may_follow(field, part, last, end)) continue;
      return missing(path, part, {});
    }
    if (context.source(*at).broken.count(part) > 0) return std::nullopt;
    Step step = walk(context, *at, part);
    if (!step.found) {
      // A lookup of the relation itself: author__isnull.
      bool lookup = end == PathEnd::kLookups && last && i > 0;
      if (lookup && is_lookup(part)) return std::nullopt;
      return missing(path, part,
                     text::did_you_mean(part, context.models.field_names(*at)));
    }
    if (step.unknown) return std::nullopt;
    field = step.field;
    at = step.model;
  }
  return std::nullopt;
}

void check_order_entry(CheckContext& context, const ModelDef& model,
                       const Data& by,
                       const std::function<void(std::string_view path,
                                                const PathProblem&)>& report) {
  const auto check = [&](std::string_view path) {
    const auto problem =
        path_problem(context, model, path, PathEnd::kTransforms);
    if (problem) report(path, *problem);
  };
  if (const std::string* text = by.text()) {
    std::string_view path = *text;
    if (path == "?") return;
    if (path.starts_with('-') || path.starts_with('+')) path.remove_prefix(1);
    return check(path);
  }
  try {
    const Ordering made = ordering_from_data(by, nullptr);
    any_node(*made.term.expr, [&](const Expr& part) {
      if (const auto* field = part.as<FieldExpr>()) check(field->path);
      return false;
    });
  } catch (const Error& error) {
    const Diagnostic& first = error.diagnostics().front();
    report("", {first.message, first.hint});
  }
}

}  // namespace manage::orm
