// Rows that point to a record by its content type and its key. They are
// nobody's without it, so that what is removed is deleted, as in Django 5.2.
#include <fmt/format.h>

#include "core/error.hpp"
#include "orm/query/generic_key.hpp"
#include "orm/query/generic_relation.hpp"
#include "orm/writing/deletion.hpp"
#include "orm/writing/related_rows.hpp"
#include "orm/writing/saving.hpp"
#include "orm/writing/updating.hpp"

namespace manage::orm {

namespace {

class GenericRows final : public RelatedRows {
 public:
  GenericRows(const RecordPtr& record, const Relation& relation)
      : record_(record),
        relation_(*relation.generic),
        name_(fmt::format("{}.{}", record->model().label(), relation.name)),
        key_(related_value(
            relation, saved_value(*record, relation.own->attname(), name_))) {}

  const Model& model() const override { return *relation_.model; }
  bool can_remove() const override { return true; }
  GivenList given() const override {
    return {{relation_.type->attname(), type()},
            {relation_.object->attname(), key_}};
  }

  void add(const Records& records, const AddOptions& options) override {
    if (records.empty()) return;
    const std::string key_name = model().primary_key().attname();
    for (const RecordPtr& one : records) {
      require_model(*one, model(), *record_, name_);
      if (options.bulk) saved_value(*one, key_name, name_);
    }
    for (const RecordPtr& one : records) {
      one->set(relation_.type->attname(), type());
      one->set(relation_.object->attname(), key_);
    }
    if (options.bulk) {
      update(plain().filter(Q("pk__in", keys_of(records))), given(),
             databases());
      return;
    }
    for (const RecordPtr& one : records) save(*one);
  }

  void add_keys(std::vector<Value>, const AddOptions&) override {
    throw Error("query.value",
                fmt::format("{} takes records, not their keys", name_));
  }

  void remove(const Records& records) override {
    for (const RecordPtr& one : records) {
      require_model(*one, model(), *record_, name_);
    }
    orm::remove(mine().filter(Q("pk__in", keys_of(records))), databases());
  }

  void clear() override { orm::remove(mine(), databases()); }

 private:
  const Databases& databases() const { return *record_->shape().databases; }

  const Value& type() const {
    if (is_null(type_)) {
      const RecordShape& shape = record_->shape();
      type_ = content_type_of(*relation_.of, *shape.registry,
                              databases().connection(shape.alias));
    }
    return type_;
  }

  QuerySet plain() const {
    return QuerySet(*record_->shape().registry, model())
        .order_by({})
        .near_database(record_->alias());
  }
  QuerySet mine() const {
    return rows_of(plain(), relation_)
        .filter(Q(relation_.object->attname(), key_));
  }

  RecordPtr record_;
  const GenericRelation& relation_;
  std::string name_;
  Value key_;
  mutable Value type_ = Null{};  ///< asked for once
};

}  // namespace

std::unique_ptr<RelatedRows> generic_rows(const RecordPtr& record,
                                          const Relation& relation) {
  return std::make_unique<GenericRows>(record, relation);
}

}  // namespace manage::orm
