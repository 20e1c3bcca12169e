#include "orm/writing/collector.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/atomic.hpp"
#include "orm/model_signals.hpp"
#include "orm/query/chunks.hpp"
#include "orm/query/generic_relation.hpp"
#include "orm/statement_builder.hpp"
#include "orm/writing/pointing.hpp"
#include "orm/writing/row_values.hpp"
#include "orm/writing/updating.hpp"

namespace manage::orm {

Collector::Collector(const Registry& registry, const Databases& databases,
                     std::string alias)
    : registry_(registry),
      databases_(databases),
      alias_(std::move(alias)),
      connection_(databases.connection(alias_)) {}

void Collector::collect(const Records& records, bool keep_parents) {
  collect(records, Source{.keep_parents = keep_parents});
  refuse_restricted();
}

void Collector::collect(const QuerySet& rows) {
  if (is_fast(rows.model(), nullptr)) {
    fast_.push_back(rows);
    return;
  }
  collect(lean(rows).records(databases_), Source{});
  refuse_restricted();
}

bool Collector::listens(const Model& model) const {
  const ModelSignals* signals = databases_.signals;
  if (!signals || model.auto_created()) return false;
  // A proxy's rows are those of its model.
  for (const Model* one : {&model, &model.concrete()}) {
    if (signals->pre_delete.listens(one->label()) ||
        signals->post_delete.listens(one->label())) {
      return true;
    }
  }
  return false;
}

bool Collector::is_fast(const Model& model, const FieldDef* by) const {
  if (by && on_delete(*by) != "CASCADE") return false;
  if (listens(model)) return false;
  for (const Model::Parent& parent : model.concrete().parents()) {
    if (parent.link != by) return false;
  }
  if (!model.generic_relations().empty()) return false;
  const auto pointing = pointing_to(model.concrete(), false);
  return std::all_of(pointing.begin(), pointing.end(), [](const auto* one) {
    return on_delete(*one->field) == "DO_NOTHING";
  });
}

/// Only what is needed to go on, unless somebody is told of the records.
QuerySet Collector::lean(const QuerySet& rows) const {
  const Model& model = rows.model().concrete();
  QuerySet plain = rows.order_by({}).using_database(alias_);
  if (listens(rows.model())) return plain;
  return plain.only(names_to_follow(model));
}

Collector::Group& Collector::group_of(const Model& model) {
  for (Group& group : groups_) {
    if (group.model == &model) return group;
  }
  groups_.push_back({&model, {}, {}});
  return groups_.back();
}

void Collector::depend(const Model& later, const Model& earlier) {
  order_.emplace_back(&earlier, &later);
}

Records Collector::add(const Records& records, const Source& source) {
  const Model& model = records.front()->model().concrete();
  Group& group = group_of(model);
  Records fresh;
  for (const RecordPtr& record : records) {
    if (!group.keys.emplace(record->key(), true).second) continue;
    group.records.push_back(record);
    fresh.push_back(record);
  }
  if (source.model && source.reverse) depend(model, *source.model);
  if (source.model && !source.reverse) depend(*source.model, model);
  return fresh;
}

void Collector::collect(const Records& records, const Source& source) {
  if (records.empty()) return;
  const Records fresh = add(records, source);
  if (fresh.empty()) return;
  const Model& model = fresh.front()->model().concrete();
  if (!source.keep_parents) collect_parents(model, fresh);
  if (source.related) collect_related(model, fresh, source.keep_parents);
}

/// Their rows are made of what the records know, without a question.
void Collector::collect_parents(const Model& model, const Records& records) {
  for (const Model::Parent& parent : model.parents()) {
    auto shape = std::make_shared<RecordShape>();
    shape->registry = &registry_;
    shape->model = parent.model;
    shape->alias = alias_;
    shape->databases = &databases_;
    for (const Model::Column& column : parent.model->columns()) {
      const std::string name = column.field->attname();
      const bool known = records.front()->is_loaded(name);
      (known ? shape->names : shape->deferred).push_back(name);
    }
    Records above;
    for (const RecordPtr& record : records) {
      Row values;
      for (const std::string& name : shape->names) {
        values.push_back(record->get(name));
      }
      above.push_back(std::make_shared<Record>(shape, std::move(values)));
    }
    collect(above, Source{&model, true, false});
  }
}

void Collector::collect_related(const Model& model, const Records& records,
                                bool keep_parents) {
  std::vector<std::string> fields;
  Records found;
  for (const Model::Incoming* by : pointing_to(model, keep_parents)) {
    try {
      follow(*by, records);
    } catch (const ProtectedError& error) {
      if (error.code() != "delete.protected") throw;
      // All of them are told of at once.
      fields.insert(fields.end(), error.fields.begin(), error.fields.end());
      found.insert(found.end(), error.records.begin(), error.records.end());
    }
  }
  if (!fields.empty()) {
    refuse_deletion("delete.protected", model, std::move(fields),
                    std::move(found));
  }
  collect_generic(model, records);
}

/// What points to them by a content type goes with them, whatever it is.
void Collector::collect_generic(const Model& model, const Records& records) {
  for (const GenericRelation& one : model.generic_relations()) {
    std::vector<Value> values;
    for (const RecordPtr& record : records) {
      values.push_back(object_value(*one.object, record->key()));
    }
    in_chunks(std::move(values), [&](std::vector<Value> some) {
      const QuerySet rows =
          rows_of(QuerySet(registry_, *one.model), one)
              .filter(Q(one.object->attname() + "__in", std::move(some)))
              .using_database(alias_);
      if (is_fast(*one.model, nullptr)) {
        fast_.push_back(rows);
      } else {
        collect(lean(rows).records(databases_), Source{});
      }
    });
  }
}

std::vector<Value> Collector::values_of(const Model::Incoming& by,
                                        const Records& records) const {
  std::vector<Value> values;
  for (const RecordPtr& record : records) {
    const Value& value = record->get(by.target->attname());
    if (!is_null(value)) values.push_back(value);
  }
  return values;
}

QuerySet Collector::pointing(const Model::Incoming& by,
                             std::vector<Value> values) const {
  return QuerySet(registry_, *by.model)
      .filter(Q(by.field->attname() + "__in", std::move(values)))
      .order_by({})
      .using_database(alias_);
}

void Collector::follow(const Model::Incoming& by, const Records& records) {
  const std::string rule = on_delete(*by.field);
  if (rule == "DO_NOTHING") return;
  const bool fast = is_fast(*by.model, by.field);
  const Model& target = records.front()->model().concrete();
  in_chunks(values_of(by, records), [&](std::vector<Value> values) {
    const QuerySet rows = pointing(by, std::move(values));
    if (fast) {
      fast_.push_back(rows);
      return;
    }
    if (rule == "SET_NULL") return set(by, rows, Null{});
    if (rule.starts_with("SET")) {
      return set(
          by, rows,
          replacement(*by.field, registry_.models(), databases_.callables));
    }
    Records found = lean(rows).records(databases_);
    if (found.empty()) return;
    if (rule == "PROTECT") {
      refuse_deletion("delete.protected", target, {name_of(by)},
                      std::move(found));
    }
    if (rule == "RESTRICT") {
      depend(target, *by.model);
      restricted_.push_back({&by, std::move(found)});
      return;
    }
    collect(found, Source{&target});
  });
}

void Collector::set(const Model::Incoming& by, const QuerySet& rows,
                    Value value) {
  updates_.push_back({by.model, by.field, std::move(value), rows});
}

/// What is restricted may go with what is deleted anyway.
void Collector::refuse_restricted() {
  std::vector<std::string> fields;
  Records left;
  const Model* model = nullptr;
  for (const Restricted& one : restricted_) {
    const Group& group = group_of(one.by->model->concrete());
    std::vector<Value> keys;
    for (const RecordPtr& record : one.records) {
      if (!group.keys.contains(record->key())) keys.push_back(record->key());
    }
    std::unordered_map<Value, bool, ValueHash> going;
    for (const QuerySet& rows : fast_) {
      if (keys.empty() || &rows.model() != one.by->model) continue;
      for (const Row& row :
           rows.filter(Q("pk__in", keys)).values({"pk"}).rows(connection_)) {
        going.emplace(row.front(), true);
      }
    }
    for (const RecordPtr& record : one.records) {
      const Value& key = record->key();
      if (group.keys.contains(key) || going.contains(key)) continue;
      left.push_back(record);
      model = &one.by->model->concrete();
      if (fields.empty() || fields.back() != name_of(*one.by)) {
        fields.push_back(name_of(*one.by));
      }
    }
  }
  restricted_.clear();
  if (!model) return;
  refuse_deletion("delete.restricted", *groups_.front().model,
                  std::move(fields), std::move(left));
}

/// So that no row goes before those that point to it; in a circle, the
/// constraints are deferred.
void Collector::sort() {
  std::deque<Group> sorted;
  const auto is_left = [&](const Model* model) {
    return std::any_of(groups_.begin(), groups_.end(),
                       [&](const Group& one) { return one.model == model; });
  };
  while (!groups_.empty()) {
    const auto free =
        std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) {
          return std::none_of(
              order_.begin(), order_.end(), [&](const auto& pair) {
                return pair.second == group.model &&
                       pair.first != group.model && is_left(pair.first);
              });
        });
    const auto next = free == groups_.end() ? groups_.begin() : free;
    sorted.push_back(std::move(*next));
    groups_.erase(next);
  }
  groups_ = std::move(sorted);
}

void Collector::count(const Model& model, std::int64_t rows) {
  if (rows == 0) return;
  done_.total += rows;
  for (auto& [label, so_far] : done_.by_model) {
    if (label == model.label()) {
      so_far += rows;
      return;
    }
  }
  done_.by_model.emplace_back(model.label(), rows);
}

void Collector::tell(const Group& group, bool before) const {
  const ModelSignals* signals = databases_.signals;
  if (!signals) return;
  const auto& signal = before ? signals->pre_delete : signals->post_delete;
  if (signal.empty() || group.model->auto_created()) return;
  for (const RecordPtr& record : group.records) {
    signal.emit({*record, alias_});
  }
}

void Collector::delete_group(Group& group) {
  const Dialect& dialect = connection_.dialect();
  const ModelSet& models = registry_.models();
  std::vector<WrittenColumn> keys;
  for (WrittenColumn& column : written_columns(*group.model, models)) {
    const auto all = group.model->key_columns();
    if (std::find(all.begin(), all.end(), column.field) != all.end()) {
      keys.push_back(std::move(column));
    }
  }
  std::vector<std::string> names;
  for (const WrittenColumn& key : keys) names.push_back(key.column);
  std::vector<Row> rows;
  for (const RecordPtr& record : group.records) {
    Row& row = rows.emplace_back();
    for (const WrittenColumn& key : keys) {
      row.push_back(dialect.to_db(key.own->kind(), record->get(key.attname)));
    }
  }
  std::int64_t gone = 0;
  const StatementBuilder builder(dialect, group.model->table());
  for (const BoundStatement& one : builder.remove(names, rows)) {
    gone += connection_.execute(one.sql, one.parameters);
  }
  count(*group.model, gone);
}

Deleted Collector::remove() {
  require_usable(connection_);
  std::erase_if(groups_, [](const Group& one) { return one.records.empty(); });
  sort();
  breaking(connection_, [&] {
    Atomic block(connection_, {.savepoint = false});
    for (const Group& group : groups_) tell(group, true);
    for (const QuerySet& rows : fast_) {
      count(rows.model().concrete(), raw_delete(rows, connection_));
    }
    for (const FieldUpdate& one : updates_) {
      update(one.rows, {{one.field->attname(), one.value}}, databases_);
    }
    for (Group& group : groups_) {
      delete_group(group);
      tell(group, false);
    }
    block.commit();
  });
  for (const Group& group : groups_) {
    for (const RecordPtr& record : group.records) record->keep_deleted();
  }
  return std::move(done_);
}

}  // namespace manage::orm
