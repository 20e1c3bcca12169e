// Values of records that change, until they are saved.
#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/column_types.hpp"
#include "orm/query/functions.hpp"
#include "orm/query/generic_key.hpp"
#include "orm/query/generic_relation.hpp"
#include "orm/query/record.hpp"
#include "orm/query/relation.hpp"
#include "orm/strict_value.hpp"

namespace manage::orm {

namespace {

/// The column of that attname, of the model or what it inherits from; nullptr
/// if there is none.
const FieldDef* find_column(const Model& model, std::string_view name) {
  if (name == "pk") return &model.primary_key();
  for (const Model::Column& column : model.columns()) {
    if (column.field->attname() == name) return column.field;
  }
  return nullptr;
}

/// What only the database computes would be lost without a word.
void refuse_generated(const Model& model, const FieldDef& field) {
  if (!field.is_generated()) return;
  throw Error("query.field", fmt::format("{}.{} is computed by the database",
                                         model.label(), field.name));
}

/// Which model's row it is, and which one.
void set_generic(Record& self, const GenericKey& generic,
                 const RecordPtr& record) {
  const RecordShape& shape = self.shape();
  Value type = Null{}, key = Null{};
  if (record) {
    const Model& model = record->model();
    const bool concrete = generic.field->flag("for_concrete_model");
    type = content_type_of(concrete ? model.concrete() : model, *shape.registry,
                           shape.databases->connection(shape.alias));
    key = object_value(*generic.object, record->key());
  }
  self.set(generic.type->attname(), std::move(type));
  self.set(generic.object->attname(), std::move(key));
}

/// The other end of a one-to-one relation: the record that points here is the
/// one that has to be saved.
void set_backwards(Record& self, const Relation& relation,
                   const RecordPtr& record) {
  const std::string column = relation.column->attname();
  const auto before = self.known_related(relation.name);
  if (before && *before && *before != record && relation.column->null()) {
    (*before)->set(column, Null{});
  }
  if (record) record->set(column, self.get(relation.own->attname()));
}

void require_related(const Record& self, const Record& record,
                     const Relation& relation) {
  const std::string name = self.model().label() + "." + relation.name;
  if (!is_a(record.model(), *relation.model)) {
    throw Error("query.value",
                fmt::format("{} leads to {}, not to {}", name,
                            relation.model->label(), record.model().label()));
  }
  const Databases& databases = *self.shape().databases;
  if (!record.adding() &&
      !databases.allows_relation(self.alias(), record.alias())) {
    throw Error("query.value",
                fmt::format("{}: the records are in two databases, {} and {}",
                            name, self.alias(), record.alias()));
  }
}

}  // namespace

void Record::set(std::string_view name, Value value) {
  const FieldDef* field = find_column(model(), name);
  if (!field) unknown(name);
  if (field->is_composite()) {
    throw Error("query.field", fmt::format("the key of {} is of several "
                                           "columns: set each of them",
                                           model().label()));
  }
  refuse_generated(model(), *field);
  const ModelSet& models = shape_->registry->models();
  keep_value(name, strict_value(*field, value_field(*field, models), models,
                                model().label(), std::move(value)));
  if (!field->is_relation() || !kept_) return;
  const auto known = kept_->one.find(field->name);
  if (known == kept_->one.end()) return;
  const RecordPtr& other = known->second;
  const auto relation = find_relation(model(), field->name);
  const bool same = other && relation && !is_null(get(name)) &&
                    other->is_loaded(relation->column->attname()) &&
                    other->get(relation->column->attname()) == get(name);
  if (!same) kept_->one.erase(known);
}

void Record::set(std::string_view name, ExprPtr expr) {
  const FieldDef* field = find_column(model(), name);
  if (!field) unknown(name);
  refuse_generated(model(), *field);
  kept().pending[field->attname()] = std::move(expr);
}

void Record::set_related(std::string_view name, RecordPtr record) {
  if (const auto generic = find_generic_key(model(), name)) {
    set_generic(*this, *generic, record);
    keep_related(std::string(name), std::move(record));
    return;
  }
  const auto relation = find_relation(model(), name);
  if (!relation) unknown(name);
  if (relation->many) {
    throw Error("query.field",
                fmt::format("{}.{} leads to many rows", model().label(), name))
        .hint("add them by a RelatedManager");
  }
  if (record) require_related(*this, *record, *relation);
  if (!relation->forward) {
    set_backwards(*this, *relation, record);
    keep_related(std::string(name), std::move(record));
    return;
  }
  // A key that only the database gives comes when the record is saved.
  const std::string key = relation->column->attname();
  const bool known = record && record->is_loaded(key);
  keep_value(relation->own->attname(),
             known ? record->get(key) : Value(Null{}));
  keep_related(std::string(name), std::move(record));
}

std::map<std::string, ExprPtr, std::less<>> Record::pending() const {
  return kept_ ? kept_->pending : std::map<std::string, ExprPtr, std::less<>>{};
}

void Record::keep_value(std::string_view name, Value value) {
  if (name == "pk" && model().primary_key().is_composite()) {
    for (const FieldDef* part : model().key_columns()) {
      keep_value(part->attname(), value);
    }
    return;
  }
  std::string key;
  if (name == "pk") name = key = model().primary_key().attname();
  if (kept_) {
    const auto waiting = kept_->pending.find(name);
    if (waiting != kept_->pending.end()) kept_->pending.erase(waiting);
  }
  if (const auto at = shape_->find(name)) {
    values_[*at] = std::move(value);
  } else {
    kept().values.insert_or_assign(std::string(name), std::move(value));
  }
}

void Record::keep_saved(const std::string& alias) {
  if (!adding() && shape_->alias == alias) return;
  if (adding() && shape_->saved && shape_->saved->alias == alias) {
    shape_ = shape_->saved;
    return;
  }
  auto shape = std::make_shared<RecordShape>(*shape_);
  shape->adding = false;
  shape->alias = alias;
  shape->saved = nullptr;
  shape_ = std::move(shape);
}

void Record::keep_deleted() { keep_value("pk", Null{}); }

void Record::forget_related(std::string_view name) {
  if (!kept_) return;
  const auto known = kept_->many.find(name);
  if (known != kept_->many.end()) kept_->many.erase(known);
}

void Record::forget_related() {
  if (!kept_) return;
  kept_->one.clear();
  kept_->many.clear();
  kept_->owners.clear();
}

}  // namespace manage::orm
