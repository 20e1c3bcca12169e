#include "orm/query/relation.hpp"

#include <algorithm>

#include "orm/query/generic_key.hpp"
#include "orm/query/generic_relation.hpp"
#include "orm/query/path.hpp"

namespace manage::orm {

namespace {

Relation forward(const Model& owner, const FieldDef& field) {
  const Hop hop = *owner.find(field.name);
  Relation found;
  found.name = field.name;
  found.model = hop.target;
  found.forward = true;
  if (field.kind() != FieldKind::kManyToMany) {
    found.column = hop.joins.back().to_field;
    found.own = &field;
    return found;
  }
  // Backwards through the join table.
  const JoinStep& in = hop.joins[hop.joins.size() - 2];
  const JoinStep& out = hop.joins.back();
  found.joins = {
      {out.to, out.to_field, out.from, out.from_field, false, true, true}};
  found.column = in.to_field;
  found.own = in.from_field;
  found.many = true;
  return found;
}

Relation backward(const Model& owner, const ReverseRelation& reverse) {
  Relation found;
  found.name = reverse.accessor;
  found.model = reverse.model;
  const FieldDef& field = *reverse.field;
  const Hop hop = *owner.find(reverse.query_name);
  if (field.kind() == FieldKind::kManyToMany) {
    const JoinStep& in = hop.joins[hop.joins.size() - 2];
    const JoinStep& out = hop.joins.back();
    found.joins = {
        {out.to, out.to_field, out.from, out.from_field, false, true, true}};
    found.column = in.to_field;
    found.own = in.from_field;
    found.many = true;
    return found;
  }
  found.column = &field;
  found.own = hop.joins.back().from_field;
  found.many = field.kind() != FieldKind::kOneToOne;
  return found;
}

}  // namespace

std::optional<Relation> find_relation(const Model& model,
                                      std::string_view name) {
  for (const GenericRelation& one : model.generic_relations()) {
    if (one.field->name != name) continue;
    return Relation{one.field->name,
                    one.model,
                    {},
                    one.object,
                    model.key_columns().front(),
                    true,
                    false,
                    &one};
  }
  const Model& concrete = model.concrete();
  for (const FieldDef& field : concrete.def().fields) {
    if (field.name == name && field.is_relation()) {
      return forward(concrete, field);
    }
  }
  for (const ReverseRelation& reverse : concrete.reverse_relations()) {
    if (reverse.accessor == name) return backward(concrete, reverse);
  }
  for (const Model::Parent& parent : concrete.parents()) {
    if (auto inherited = find_relation(*parent.model, name)) return inherited;
  }
  return std::nullopt;
}

std::vector<std::string> relation_names(const Model& model) {
  std::vector<std::string> names;
  const Model& concrete = model.concrete();
  for (const FieldDef& field : concrete.def().fields) {
    if (field.is_relation()) names.push_back(field.name);
  }
  for (const ReverseRelation& reverse : concrete.reverse_relations()) {
    names.push_back(reverse.accessor);
  }
  for (const GenericRelation& one : model.generic_relations()) {
    names.push_back(one.field->name);
  }
  for (std::string& one : generic_key_names(concrete)) {
    names.push_back(std::move(one));
  }
  for (const Model::Parent& parent : concrete.parents()) {
    for (std::string& one : relation_names(*parent.model)) {
      names.push_back(std::move(one));
    }
  }
  return names;
}

bool is_a(const Model& model, const Model& other) {
  if (&model.concrete() == &other.concrete()) return true;
  const auto& parents = model.concrete().parents();
  return std::any_of(
      parents.begin(), parents.end(),
      [&](const Model::Parent& parent) { return is_a(*parent.model, other); });
}

std::string query_name_of(const Model& model, const Relation& relation) {
  if (relation.forward || relation.generic) return relation.name;
  for (const ReverseRelation& one : model.concrete().reverse_relations()) {
    if (one.accessor == relation.name) return one.query_name;
  }
  for (const Model::Parent& parent : model.concrete().parents()) {
    std::string name = query_name_of(*parent.model, relation);
    if (!name.empty()) return name;
  }
  return "";
}

Value related_value(const Relation& relation, const Value& own) {
  return relation.generic ? object_value(*relation.column, own) : own;
}

ExprPtr relation_column(Query& query, const Relation& relation) {
  if (relation.generic) {
    ExprPtr met = has_content_type(query, *relation.generic, 0);
    query.where =
        query.where ? logic(Connector::kAnd, {query.where, met}) : met;
  }
  NamedPath path;
  path.parts.push_back({relation.name, relation.joins});
  path.column = relation.column;
  if (relation.joins.empty()) {
    // Of a model that inherits, the column may be in its parent's table.
    const std::optional<Hop> hop = query.model->find(relation.column->name);
    if (hop && !hop->joins.empty() && !hop->target) {
      path.parts.back().joins = hop->joins;
    } else if (hop && hop->owner && hop->owner != &query.model->concrete()) {
      path.parts.back().joins = query.model->way_to(*hop->owner);
    }
  }
  return join_path(query, path, nullptr).column;
}

}  // namespace manage::orm
