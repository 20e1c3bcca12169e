#include "orm/query/generic_key.hpp"

#include <map>

#include "core/error.hpp"
#include "orm/query/chunks.hpp"
#include "orm/query/query_set.hpp"

namespace manage::orm {

namespace {

/// Keys are texts in some tables and numbers in others.
using ByKey = std::map<std::string, RecordPtr>;

const ModelKey kContentType{"contenttypes", "contenttype"};

class GenericLoader {
 public:
  GenericLoader(const Records& records, const GenericKey& key,
                const Databases& databases)
      : records_(records),
        key_(key),
        databases_(databases),
        shape_(records.front()->shape()) {}

  Records run() {
    std::map<std::string, std::vector<Value>> wanted;
    for (const RecordPtr& record : records_) {
      const Value& type = record->get(key_.type->attname());
      const Value& object = record->get(key_.object->attname());
      if (is_null(type) || is_null(object)) continue;
      types_.emplace(display(type), type);
      wanted[display(type)].push_back(object);
    }
    std::map<std::string, ByKey> found;
    for (const auto& [type, model] : models_of_types()) {
      found[type] = rows_of(*model, wanted[type]);
    }
    Records all;
    for (const RecordPtr& record : records_) {
      RecordPtr one = of(*record, found);
      if (one) all.push_back(one);
      record->keep_related(key_.field->name, std::move(one));
    }
    return all;
  }

 private:
  /// Those whose model is still there.
  std::map<std::string, const Model*> models_of_types() const {
    const Model* content_types = shape_.registry->find(kContentType);
    std::vector<Value> ids;
    for (const auto& [name, id] : types_) ids.push_back(id);
    std::map<std::string, const Model*> models;
    if (!content_types || ids.empty()) return models;
    const QuerySet rows = QuerySet(*shape_.registry, *content_types)
                              .filter(Q("pk__in", ids))
                              .order_by({})
                              .values({"id", "app_label", "model"});
    for (const Row& row : rows.rows(databases_.connection(shape_.alias))) {
      const Model* model = shape_.registry->find(
          {std::get<std::string>(row[1]), std::get<std::string>(row[2])});
      if (model) models[display(row[0])] = model;
    }
    return models;
  }

  ByKey rows_of(const Model& model, const std::vector<Value>& keys) const {
    // As a foreign key: whatever the model's scope leaves out.
    QuerySet rows = QuerySet(*shape_.registry, model)
                        .order_by({})
                        .using_database(shape_.alias);
    if (shape_.lazy_loading != LazyLoading::kAllow) {
      rows = rows.lazy_loading(shape_.lazy_loading);
    }
    ByKey found;
    in_chunks(keys, [&](std::vector<Value> some) {
      const QuerySet chunk = rows.filter(Q("pk__in", std::move(some)));
      for (const RecordPtr& one : chunk.records(databases_)) {
        found[display(one->key())] = one;
      }
    });
    return found;
  }

  RecordPtr of(Record& record,
               const std::map<std::string, ByKey>& found) const {
    const auto group = found.find(display(record.get(key_.type->attname())));
    if (group == found.end()) return nullptr;
    const auto one =
        group->second.find(display(record.get(key_.object->attname())));
    return one == group->second.end() ? nullptr : one->second;
  }

  const Records& records_;
  const GenericKey& key_;
  const Databases& databases_;
  const RecordShape& shape_;
  std::map<std::string, Value> types_;
};

}  // namespace

std::optional<GenericKey> find_generic_key(const Model& model,
                                           std::string_view name) {
  const ModelDef& def = model.concrete().def();
  for (const FieldDef& field : def.fields) {
    if (field.kind() != FieldKind::kGenericForeignKey || field.name != name) {
      continue;
    }
    const FieldDef* type = def.find_field(field.text("ct_field"));
    const FieldDef* object = def.find_field(field.text("fk_field"));
    if (type && object) return GenericKey{&field, type, object};
  }
  for (const Model::Parent& parent : model.concrete().parents()) {
    if (auto found = find_generic_key(*parent.model, name)) return found;
  }
  return std::nullopt;
}

std::vector<std::string> generic_key_names(const Model& model) {
  std::vector<std::string> names;
  for (const FieldDef& field : model.concrete().def().fields) {
    if (field.kind() == FieldKind::kGenericForeignKey) {
      names.push_back(field.name);
    }
  }
  for (const Model::Parent& parent : model.concrete().parents()) {
    for (std::string& one : generic_key_names(*parent.model)) {
      names.push_back(std::move(one));
    }
  }
  return names;
}

Value content_type_of(const Model& model, const Registry& registry,
                      Connection& connection) {
  const ModelKey& key = model.key();
  const Model* content_types = registry.find(kContentType);
  std::vector<Row> found;
  if (content_types) {
    found = QuerySet(registry, *content_types)
                .filter(Q("app_label", Value(key.app)) &
                        Q("model", Value(key.model)))
                .values({"id"})
                .rows(connection);
  }
  if (!found.empty()) return found.front().front();
  throw Error("query.none", model.label() + " has no content type")
      .hint("manage migrate makes them");
}

Records load_generic(const Records& records, const GenericKey& key,
                     const Databases& databases) {
  if (records.empty()) return {};
  return GenericLoader(records, key, databases).run();
}

}  // namespace manage::orm
