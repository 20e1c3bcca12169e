#include "orm/query/path.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/column_types.hpp"
#include "orm/query/filtered_relation.hpp"
#include "orm/query/generic_relation.hpp"
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
  if (hop.reverse) return hop.target->key_columns().front();
  return hop.joins.back().to_field;
}

}  // namespace

std::vector<std::string> split_lookup(std::string_view path) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = path.find("__");
    parts.emplace_back(path.substr(0, end));
    if (end == std::string_view::npos) return parts;
    path.remove_prefix(end + 2);
  }
}

std::vector<JoinStep> NamedPath::joins() const {
  std::vector<JoinStep> all;
  for (const Part& part : parts) {
    all.insert(all.end(), part.joins.begin(), part.joins.end());
  }
  return all;
}

const Model* NamedPath::composite() const {
  if (target) return target->primary_key().is_composite() ? target : nullptr;
  return field && field->is_composite() ? owner : nullptr;
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
    found.owner = hop->owner;
    found.column = column_of(*hop);
    at = hop->target;
  }
  if (at && count < names.size()) {
    const bool lookup = count > 0 && is_relation_lookup(names[count]);
    if (!lookup) unknown(path, names[count], *at, count > 0);
  }
  if (found.field->kind() == FieldKind::kGenericForeignKey) {
    throw Error("query.field",
                fmt::format("{}: a GenericForeignKey has no column", path))
        .hint(fmt::format("use {} and {}", found.field->text("ct_field"),
                          found.field->text("fk_field")));
  }
  found.lookups.assign(names.begin() + static_cast<std::ptrdiff_t>(count),
                       names.end());
  return found;
}

NamedPath find_path(const Query& query, std::string_view path) {
  const std::string first(path.substr(0, path.find("__")));
  const FilteredRelation* filtered = query.find_filtered(first);
  if (!filtered) return find_path(*query.model, path);
  const NamedPath relation = find_path(*query.model, filtered->path);
  NamedPath found = find_path(
      *query.model, filtered->path + std::string(path.substr(first.size())));
  found.filter = filtered->name;
  found.filtered_join = relation.joins().size() - 1;
  return found;
}

namespace {

/// The alias of a join, with what must hold for its rows beside the keys. One
/// row of a FilteredRelation, `filter`, is the same wherever its name stands.
int join_step(Query& query, int parent, const JoinStep& step,
              const std::string& filter, const Aliases* reusable) {
  const int alias = query.joins.join(parent, step, reusable, filter);
  if (query.joins.at(alias).condition) return alias;
  std::vector<ExprPtr> conditions;
  if (step.generic) {
    conditions.push_back(
        has_content_type(query, *step.generic, step.direct ? parent : alias));
  }
  if (!filter.empty()) {
    conditions.push_back(filtered_condition(query, *query.find_filtered(filter),
                                            *step.to, alias));
  }
  if (!conditions.empty()) {
    query.joins.set_condition(
        alias, conditions.size() == 1
                   ? conditions.front()
                   : logic(Connector::kAnd, std::move(conditions)));
  }
  return alias;
}

}  // namespace

JoinedPath join_path(Query& query, const NamedPath& path, Aliases* reusable) {
  if (path.column->is_composite()) {
    throw Error("query.field", "pk is made of several columns here")
        .hint("name them");
  }
  const std::vector<JoinStep> steps = path.joins();
  JoinedPath joined;
  joined.aliases.push_back(0);
  const auto filtered = [&](std::size_t at) {
    return !path.filter.empty() && at == path.filtered_join;
  };
  for (std::size_t at = 0; at < steps.size(); ++at) {
    const int parent = joined.aliases.back();
    const JoinStep& step = steps[at];
    const bool by_filter = filtered(at);
    joined.aliases.push_back(
        join_step(query, parent, step, by_filter ? path.filter : "",
                  step.many && !by_filter ? reusable : nullptr));
  }
  joined.joined.insert(joined.aliases.begin(), joined.aliases.end());
  const FieldDef* column = path.column;
  for (std::size_t at = steps.size(); at > 0 && !filtered(at - 1); --at) {
    const JoinStep& step = steps[at - 1];
    if (!step.direct || step.generic) break;
    if (step.to_field->column() != column->column()) break;
    column = step.from_field;
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
