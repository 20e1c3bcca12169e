// Rows of a many-to-many relation, by its join table.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "core/error.hpp"
#include "orm/model_signals.hpp"
#include "orm/query/query_set.hpp"
#include "orm/query/value_hash.hpp"
#include "orm/relation_names.hpp"
#include "orm/writing/deletion.hpp"
#include "orm/writing/related_rows.hpp"

namespace manage::orm {

namespace {

using Action = ManyToManyEvent::Action;

/// The join table as one side sees it.
struct Way {
  const Model* through = nullptr;
  const FieldDef* source = nullptr;  ///< the foreign key to this side
  const FieldDef* target = nullptr;
  const FieldDef* source_value = nullptr;  ///< what it holds of this side
  const FieldDef* target_value = nullptr;
  const FieldDef* field = nullptr;  ///< the ManyToManyField
  const Model* owner = nullptr;     ///< its model
  bool reverse = false;
};

Way find_way(const Model& model, const Relation& relation) {
  const Hop hop = *model.find(query_name_of(model, relation));
  const JoinStep& in = hop.joins[hop.joins.size() - 2];
  const JoinStep& out = hop.joins.back();
  return {in.to,        in.to_field, out.from_field, in.from_field,
          out.to_field, hop.field,   hop.owner,      hop.reverse};
}

class JoinedRows final : public RelatedRows {
 public:
  JoinedRows(const RecordPtr& record, const Relation& relation)
      : record_(record),
        model_(*relation.model),
        name_(fmt::format("{}.{}", record->model().label(), relation.name)),
        way_(find_way(record->model(), relation)),
        value_(saved_value(*record, way_.source_value->attname(), name_)),
        alias_(databases().write_alias(*way_.through, record->alias())) {
    mirrored_ = is_symmetrical(way_.owner->def(), *way_.field);
  }

  const Model& model() const override { return model_; }
  bool can_remove() const override { return true; }

  void add(const Records& records, const AddOptions& options) override {
    add_keys(values_of(records), options);
  }

  void add_keys(std::vector<Value> keys, const AddOptions& options) override {
    join(keys, options, way_.source, way_.target, true);
    if (mirrored_) join(keys, options, way_.target, way_.source, false);
  }

  void remove(const Records& records) override {
    if (records.empty()) return;
    const std::vector<Value> keys = values_of(records);
    tell(Action::kPreRemove, keys);
    drop(rows(way_.source, way_.target, &keys));
    if (mirrored_) {
      drop(rows(way_.target, way_.source, &keys));
    }
    tell(Action::kPostRemove, keys);
  }

  void clear() override {
    tell(Action::kPreClear, {});
    drop(rows(way_.source, way_.target, nullptr));
    if (mirrored_) {
      drop(rows(way_.target, way_.source, nullptr));
    }
    tell(Action::kPostClear, {});
  }

 private:
  const Databases& databases() const { return *record_->shape().databases; }
  const Registry& registry() const { return *record_->shape().registry; }
  const std::string& alias() const { return alias_; }
  Connection& connection() const { return databases().connection(alias()); }

  std::vector<Value> values_of(const Records& records) const {
    std::vector<Value> values;
    for (const RecordPtr& one : records) {
      require_model(*one, model_, *record_, name_);
      values.push_back(saved_value(*one, way_.target_value->attname(), name_));
    }
    return values;
  }

  /// Rows of the join table that begin here; with `keys`, those that lead
  /// there.
  QuerySet rows(const FieldDef* source, const FieldDef* target,
                const std::vector<Value>* keys) const {
    QuerySet found = QuerySet(registry(), *way_.through)
                         .filter(Q(source->attname(), value_))
                         .order_by({})
                         .using_database(alias());
    if (keys) found = found.filter(Q(target->attname() + "__in", *keys));
    return found;
  }

  void join(const std::vector<Value>& keys, const AddOptions& options,
            const FieldDef* source, const FieldDef* target, bool told) {
    const std::vector<Value> missing = missing_of(keys, source, target);
    const bool tells = told && listens();
    if (tells) tell(Action::kPreAdd, missing);
    const Manager manager(registry(), *way_.through, databases(), alias());
    Records made;
    for (const Value& key : missing) {
      GivenList given = options.through_defaults;
      given.emplace_back(source->attname(), value_);
      given.emplace_back(target->attname(), key);
      made.push_back(manager.make(given));
    }
    // Another process may add the same row now: then it is there. Rows of a
    // model of the user's own may have more to say.
    manager.bulk_create(made,
                        {.ignore_conflicts = way_.through->auto_created()});
    if (tells) tell(Action::kPostAdd, missing);
  }

  /// Each once, and only those that are not there.
  std::vector<Value> missing_of(const std::vector<Value>& keys,
                                const FieldDef* source,
                                const FieldDef* target) const {
    std::unordered_map<Value, bool, ValueHash> there;
    if (!keys.empty()) {
      const QuerySet found =
          rows(source, target, &keys).values({target->attname()});
      for (const Row& row : found.rows(connection())) {
        there.emplace(row.front(), true);
      }
    }
    std::vector<Value> missing;
    for (const Value& key : keys) {
      if (there.emplace(key, true).second) missing.push_back(key);
    }
    return missing;
  }

  /// A marked row would still be in the way of a new one.
  void drop(const QuerySet& rows) const {
    orm::remove(rows, databases(), {.hard = true});
  }

  bool listens() const {
    const ModelSignals* signals = databases().signals;
    return signals && signals->m2m_changed.listens(way_.through->label());
  }

  void tell(Action action, const std::vector<Value>& keys) const {
    if (!listens()) return;
    databases().signals->m2m_changed.emit(
        {action, *way_.through, *record_, way_.reverse, model_, keys, alias_});
  }

  RecordPtr record_;
  const Model& model_;
  std::string name_;
  Way way_;
  Value value_;
  std::string alias_;
  bool mirrored_ = false;  ///< rows lead both ways
};

}  // namespace

std::unique_ptr<RelatedRows> joined_rows(const RecordPtr& record,
                                         const Relation& relation) {
  return std::make_unique<JoinedRows>(record, relation);
}

}  // namespace manage::orm
