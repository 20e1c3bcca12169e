#include "orm/query/path.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/column_types.hpp"
#include "orm/expression.hpp"
#include "orm/query/lookup.hpp"

namespace manage::orm {

namespace {

[[noreturn]] void unknown(std::string_view path, const std::string& name,
                          const Model& model, bool with_lookups) {
  std::vector<std::string> known = model.names();
  if (with_lookups) {
    for (std::string& one : relation_lookups()) known.push_back(std::move(one));
  }
  std::string hint = text::did_you_mean(name, known);
  if (hint.empty()) hint = "known are " + text::join(known, ", ");
  throw Error("query.field",
              fmt::format("{}: {} has no field {}", path, model.label(), name))
      .hint(std::move(hint));
}

/// The column that stands for a relation: what the last join leads to, and of
/// one that leads back the key of its model.
const FieldDef* column_of(const Hop& hop) {
  if (!hop.target) return hop.field;
  if (hop.reverse) return &hop.target->primary_key();
  return hop.joins.back().to_field;
}

}  // namespace

std::vector<JoinStep> NamedPath::joins() const {
  std::vector<JoinStep> all;
  for (const Part& part : parts) {
    all.insert(all.end(), part.joins.begin(), part.joins.end());
  }
  return all;
}

bool NamedPath::leads_to_many() const {
  return std::any_of(parts.begin(), parts.end(), [](const Part& part) {
    return std::any_of(part.joins.begin(), part.joins.end(),
                       [](const JoinStep& step) { return step.many; });
  });
}

NamedPath find_path(const Model& model, std::string_view path) {
  const std::vector<std::string> names = split_lookup(path);
  NamedPath found;
  const Model* at = &model;
  std::size_t count = 0;
  for (; at && count < names.size(); ++count) {
    std::optional<Hop> hop = at->find(names[count]);
    if (!hop) break;
    found.parts.push_back({names[count], hop->joins});
    found.field = hop->field;
    found.target = hop->target;
    found.column = column_of(*hop);
    at = hop->target;
  }
  if (at && count < names.size()) {
    const bool lookup = count > 0 && is_relation_lookup(names[count]);
    if (!lookup) unknown(path, names[count], *at, count > 0);
  }
  found.lookups.assign(names.begin() + static_cast<std::ptrdiff_t>(count),
                       names.end());
  return found;
}

JoinedPath join_path(Query& query, const NamedPath& path, Aliases* reusable) {
  const std::vector<JoinStep> steps = path.joins();
  JoinedPath joined;
  joined.aliases.push_back(0);
  for (const JoinStep& step : steps) {
    joined.aliases.push_back(query.joins.join(joined.aliases.back(), step,
                                              step.many ? reusable : nullptr));
  }
  joined.joined.insert(joined.aliases.begin(), joined.aliases.end());
  const FieldDef* column = path.column;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    if (!step->direct || step->to_field->column() != column->column()) break;
    column = step->from_field;
    query.joins.unuse(joined.aliases.back());
    joined.aliases.pop_back();
  }
  if (reusable) {
    reusable->insert(joined.aliases.begin(), joined.aliases.end());
  }
  joined.column =
      make_expr(ColumnExpr{joined.aliases.back(), column,
                           &value_field(*column, query.registry->models()), 0});
  return joined;
}

}  // namespace manage::orm
