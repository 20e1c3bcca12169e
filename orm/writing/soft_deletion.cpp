#include "orm/writing/soft_deletion.hpp"

#include <map>
#include <unordered_map>

#include "orm/atomic.hpp"
#include "orm/model_signals.hpp"
#include "orm/query/chunks.hpp"
#include "orm/query/value_hash.hpp"
#include "orm/writing/pointing.hpp"
#include "orm/writing/row_values.hpp"
#include "orm/writing/updating.hpp"

namespace manage::orm {

namespace {

class SoftDeletion {
 public:
  SoftDeletion(const Registry& registry, const Databases& databases,
               std::string alias)
      : registry_(registry),
        databases_(databases),
        alias_(std::move(alias)),
        connection_(databases.writing(alias_)),
        now_(FieldDefaults(registry.models())) {}

  Deleted mark(const QuerySet& rows) {
    Atomic block(connection_, {.savepoint = false});
    mark_rows(rows);
    for (const Restriction& one : restricted_) refuse_left(one);
    block.commit();
    return std::move(done_);
  }

  std::int64_t unmark(const QuerySet& rows) {
    Atomic block(connection_, {.savepoint = false});
    const FieldDef& field = *rows.model().soft_delete();
    const Records records =
        each_once(placed(rows.exclude(not_deleted(field))).records(databases_));
    std::map<std::string, std::pair<Value, Records>> by_moment;
    for (const RecordPtr& one : records) {
      const Value moment = one->get(field.attname());
      auto& group = by_moment[display(moment)];
      group.first = moment;
      group.second.push_back(one);
    }
    for (const auto& [text, group] : by_moment) {
      unmark_records(group.second, group.first);
    }
    block.commit();
    return done_.total;
  }

 private:
  struct Restriction {
    const Model* model;
    const Model::Incoming* by;
    std::vector<Value> values;
  };

  QuerySet placed(const QuerySet& rows) const {
    return rows.order_by({}).using_database(alias_);
  }

  Value mark_of(const FieldDef& field) {
    if (field.kind() == FieldKind::kBoolean) return true;
    // One moment for all, so that they can be restored together.
    if (is_null(moment_)) moment_ = now_.now(field);
    return moment_;
  }

  bool listens(const Model& model) const {
    const ModelSignals* signals = databases_.signals;
    return signals && (signals->pre_delete.listens(model.label()) ||
                       signals->post_delete.listens(model.label()));
  }

  void tell(const Records& records, bool before) const {
    const ModelSignals* signals = databases_.signals;
    if (!signals || records.empty()) return;
    const auto& signal = before ? signals->pre_delete : signals->post_delete;
    if (!signal.listens(records.front()->model().label())) return;
    for (const RecordPtr& one : records) signal.emit({*one, alias_});
  }

  void write(const Model& model, const FieldDef& field, const Records& records,
             const Value& value) {
    in_chunks(keys_of(records), [&](std::vector<Value> keys) {
      const QuerySet rows =
          placed(QuerySet(registry_, model).filter(Q("pk__in", keys)));
      update(rows, {{field.attname(), value}}, databases_);
    });
    const auto count = static_cast<std::int64_t>(records.size());
    done_.total += count;
    for (auto& [label, so_far] : done_.by_model) {
      if (label != model.label()) continue;
      so_far += count;
      return;
    }
    done_.by_model.emplace_back(model.label(), count);
  }

  void mark_rows(const QuerySet& rows) {
    const Model& model = rows.model().concrete();
    const FieldDef& field = *model.soft_delete();
    QuerySet left = placed(rows.filter(not_deleted(field)));
    if (!listens(model)) left = left.only(names_to_follow(model));
    const Records records = each_once(left.records(databases_));
    if (records.empty()) return;
    tell(records, true);
    write(model, field, records, mark_of(field));
    for (const Model::Incoming* by : pointing_to(model, false)) {
      follow(model, *by, records);
    }
    tell(records, false);
  }

  /// Joins may repeat a row.
  static Records each_once(const Records& records) {
    std::unordered_map<Value, bool, ValueHash> seen;
    Records once;
    for (const RecordPtr& one : records) {
      if (seen.emplace(one->key(), true).second) once.push_back(one);
    }
    return once;
  }

  /// The same rows in the table of a model that inherits from theirs, and has
  /// its mark there: what points to them there.
  void follow_child(const Model& child, const Records& records) {
    in_chunks(keys_of(records), [&](std::vector<Value> keys) {
      const QuerySet rows = placed(
          QuerySet(registry_, child).filter(Q("pk__in", std::move(keys))));
      const Records found =
          rows.only(names_to_follow(child)).records(databases_);
      for (const Model::Incoming& by : child.incoming()) {
        follow(child, by, found);
      }
    });
  }

  /// Of those that point here and are not marked.
  QuerySet pointing(const Model::Incoming& by,
                    const std::vector<Value>& values) const {
    QuerySet rows = QuerySet(registry_, *by.model)
                        .filter(Q(by.field->attname() + "__in", values));
    if (const FieldDef* field = by.model->soft_delete()) {
      rows = rows.filter(not_deleted(*field));
    }
    return placed(rows);
  }

  void follow(const Model& model, const Model::Incoming& by,
              const Records& records) {
    if (records.empty()) return;
    const bool same_row = by.field->flag("parent_link") &&
                          by.model->soft_delete() == model.soft_delete();
    if (same_row) return follow_child(*by.model, records);
    const std::string rule = on_delete(*by.field);
    const bool cascades = rule == "CASCADE" && by.model->soft_delete();
    if (!cascades && rule != "PROTECT" && rule != "RESTRICT") return;
    std::vector<Value> values;
    for (const RecordPtr& one : records) {
      values.push_back(one->get(by.target->attname()));
    }
    in_chunks(std::move(values), [&](std::vector<Value> some) {
      Restriction restriction{&model, &by, std::move(some)};
      if (cascades) {
        mark_rows(pointing(by, restriction.values));
      } else if (rule == "PROTECT") {
        refuse_left(restriction);
      } else {
        restricted_.push_back(std::move(restriction));
      }
    });
  }

  void refuse_left(const Restriction& one) const {
    Records found = pointing(*one.by, one.values).records(databases_);
    if (found.empty()) return;
    const bool protects = on_delete(*one.by->field) == "PROTECT";
    refuse_deletion(protects ? "delete.protected" : "delete.restricted",
                    *one.model, {name_of(*one.by)}, std::move(found));
  }

  void unmark_records(const Records& records, const Value& moment) {
    if (records.empty()) return;
    const Model& model = records.front()->model().concrete();
    const FieldDef& field = *model.soft_delete();
    const bool flag = field.kind() == FieldKind::kBoolean;
    write(model, field, records, flag ? Value(false) : Value(Null{}));
    if (flag) return;
    for (const Model::Incoming* by : pointing_to(model, false)) {
      const FieldDef* theirs = by->model->soft_delete();
      if (!theirs || theirs->kind() != FieldKind::kDateTime ||
          on_delete(*by->field) != "CASCADE") {
        continue;
      }
      std::vector<Value> values;
      for (const RecordPtr& one : records) {
        values.push_back(one->get(by->target->attname()));
      }
      in_chunks(std::move(values), [&](std::vector<Value> some) {
        const QuerySet rows =
            QuerySet(registry_, *by->model)
                .filter(Q(by->field->attname() + "__in", std::move(some)) &
                        Q(theirs->name, moment));
        unmark_records(placed(rows).records(databases_), moment);
      });
    }
  }

  const Registry& registry_;
  const Databases& databases_;
  std::string alias_;
  Connection& connection_;
  FieldDefaults now_;
  Value moment_;
  std::vector<Restriction> restricted_;
  Deleted done_;
};

}  // namespace

Deleted mark_deleted(const QuerySet& rows, const Databases& databases) {
  return SoftDeletion(rows.registry(), databases, rows.write_alias(databases))
      .mark(rows);
}

std::int64_t unmark_deleted(const QuerySet& rows, const Databases& databases) {
  return SoftDeletion(rows.registry(), databases, rows.write_alias(databases))
      .unmark(rows);
}

}  // namespace manage::orm
