// Rows that point to a record by a foreign key.
#include <fmt/format.h>

#include "core/error.hpp"
#include "orm/query/query_set.hpp"
#include "orm/writing/related_rows.hpp"
#include "orm/writing/saving.hpp"
#include "orm/writing/updating.hpp"

namespace manage::orm {

namespace {

class PointingRows final : public RelatedRows {
 public:
  PointingRows(const RecordPtr& record, const Relation& relation)
      : record_(record),
        relation_(relation),
        name_(fmt::format("{}.{}", record->model().label(), relation.name)),
        value_(saved_value(*record, relation.own->attname(), name_)) {}

  const Model& model() const override { return *relation_.model; }
  bool can_remove() const override { return relation_.column->null(); }
  GivenList given() const override {
    return {{relation_.column->name, record_}};
  }

  void add(const Records& records, const AddOptions& options) override {
    for (const RecordPtr& one : records) {
      require_model(*one, model(), *record_, name_);
      if (options.bulk) saved_value(*one, key_name(), name_);
    }
    for (const RecordPtr& one : records) point_here(*one);
    if (options.bulk) {
      update(rows_with(records), {{relation_.column->attname(), value_}},
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
    require_removable();
    for (const RecordPtr& one : records) {
      require_model(*one, model(), *record_, name_);
      if (one->get(relation_.column->attname()) == value_) continue;
      throw Error("query.none",
                  fmt::format("the {} {} is not among {}", model().label(),
                              display(one->key()), name_));
    }
    if (records.empty()) return;
    update(mine().filter(Q("pk__in", keys_of(records))),
           {{relation_.column->attname(), Value(Null{})}}, databases());
    for (const RecordPtr& one : records) {
      one->set(relation_.column->attname(), Null{});
    }
  }

  void clear() override {
    require_removable();
    update(mine(), {{relation_.column->attname(), Value(Null{})}}, databases());
  }

 private:
  std::string key_name() const { return model().primary_key().attname(); }
  const Databases& databases() const { return *record_->shape().databases; }

  QuerySet plain() const {
    return QuerySet(*record_->shape().registry, model())
        .order_by({})
        .near_database(record_->alias());
  }
  QuerySet mine() const {
    return plain().filter(Q(relation_.column->attname(), value_));
  }
  QuerySet rows_with(const Records& records) const {
    return plain().filter(Q("pk__in", keys_of(records)));
  }

  void point_here(Record& one) const {
    if (one.model().find(relation_.column->name)) {
      one.set_related(relation_.column->name, record_);
    }
  }

  void require_removable() const {
    if (can_remove()) return;
    throw Error("write.required",
                fmt::format("{}.{} cannot be NULL: rows cannot be removed from "
                            "{}",
                            model().label(), relation_.column->name, name_))
        .hint("delete them, or add them to another one");
  }

  RecordPtr record_;
  Relation relation_;
  std::string name_;
  Value value_;
};

}  // namespace

std::unique_ptr<RelatedRows> pointing_rows(const RecordPtr& record,
                                           const Relation& relation) {
  return std::make_unique<PointingRows>(record, relation);
}

}  // namespace manage::orm
