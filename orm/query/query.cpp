#include "orm/query/query.hpp"

#include <algorithm>

namespace manage::orm {

Query Query::anew() const {
  Query made(*registry, *model);
  made.source = source;
  made.source_name = source_name;
  made.own_model = own_model;
  made.common_tables = common_tables;
  made.filtered = filtered;
  return made;
}

const FilteredRelation* Query::find_filtered(std::string_view name) const {
  const auto found = std::find_if(
      filtered.begin(), filtered.end(),
      [&](const FilteredRelation& one) { return one.name == name; });
  return found == filtered.end() ? nullptr : &*found;
}

const Annotation* Query::find_annotation(std::string_view name) const {
  const auto found =
      std::find_if(annotations.begin(), annotations.end(),
                   [&](const Annotation& one) { return one.name == name; });
  return found == annotations.end() ? nullptr : &*found;
}

void rewrite_all(Query& query, const std::function<ExprPtr(ExprPtr)>& change) {
  if (query.where) query.where = change(query.where);
  query.joins.rewrite_conditions(change);
  for (Annotation& one : query.annotations) one.expr = change(one.expr);
  for (Selected& one : query.selected) one.expr = change(one.expr);
  if (query.group_by) {
    for (ExprPtr& one : *query.group_by) one = change(one);
  }
  for (OrderTerm& term : query.order) term.expr = change(term.expr);
  for (ExprPtr& one : query.distinct_on) one = change(one);
}

}  // namespace manage::orm
