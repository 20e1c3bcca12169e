#include "orm/query/generic_relation.hpp"

#include "orm/column_types.hpp"
#include "orm/query/filter.hpp"
#include "orm/query/functions.hpp"

namespace manage::orm {

ExprPtr has_content_type(const Query& query, const GenericRelation& relation,
                         int alias) {
  const Registry& registry = *query.registry;
  const ModelSet& models = registry.models();
  const Model& types = *registry.find(models.target(*relation.type).key());
  const FieldDef& id = types.primary_key();
  Query asked(registry, types);
  add_condition(asked, Q("app_label", Value(relation.of->key().app)) &
                           Q("model", Value(relation.of->key().model)));
  asked.selected.push_back({"", make_expr(ColumnExpr{0, &id, &id, 0})});
  ExprPtr type = make_expr(ColumnExpr{alias, relation.type,
                                      &value_field(*relation.type, models), 0});
  ExprPtr found =
      make_expr(SubqueryExpr{SubqueryExpr::Kind::kScalar,
                             std::make_shared<const Query>(std::move(asked))});
  return make_expr(LookupExpr{"exact", std::move(type), {std::move(found)}});
}

QuerySet rows_of(const QuerySet& rows, const GenericRelation& relation) {
  Query query = rows.query();
  const ExprPtr met = has_content_type(query, relation, 0);
  return rows.where(met, std::move(query));
}

namespace {

bool needs_text(const FieldDef& object, std::optional<FieldKind> key) {
  return family(object.kind()) == FieldKind::kText &&
         family(key) != FieldKind::kText;
}

}  // namespace

std::string pointed_key(const TypedSql& key, const FieldDef& object,
                        const Dialect& dialect) {
  if (!needs_text(object, key.kind)) return key.sql;
  return dialect.query_sql().cast(key, FieldKind::kText, "text");
}

ExprPtr pointed_key(const ExprPtr& key, const FieldDef& object) {
  if (!needs_text(object, kind_of(*key))) return key;
  auto text = std::make_shared<FieldDef>();
  text->name = "key";
  text->type = &field_type(FieldKind::kText);
  return call("Cast", {key}, {}, std::move(text));
}

Value object_value(const FieldDef& object, const Value& key) {
  const bool as_text =
      family(object.kind()) == FieldKind::kText && !is_null(key);
  return as_text ? Value(display(key)) : key;
}

}  // namespace manage::orm
