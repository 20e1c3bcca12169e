// prefetch_related: one question for each relation, whatever the number of
// records.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/query/chunks.hpp"
#include "orm/query/generic_key.hpp"
#include "orm/query/loading.hpp"
#include "orm/query/lookup.hpp"
#include "orm/query/path.hpp"
#include "orm/query/relation.hpp"
#include "orm/query/value_hash.hpp"

namespace manage::orm {

namespace {

using Groups = std::unordered_map<Value, Records, ValueHash>;

/// What a name means for these records: where the prefetched ones are kept.
class Step {
 public:
  Step(const Records& records, Relation relation, const Prefetch* narrowed,
       const Databases& databases)
      : records_(records),
        relation_(std::move(relation)),
        narrowed_(narrowed),
        databases_(databases) {}

  /// Returns the related records, each once for each owner it was found by.
  Records run() {
    in_chunks(values(),
              [&](std::vector<Value> some) { load(std::move(some)); });
    give();
    return std::move(loaded_);
  }

 private:
  std::string own_name() const { return relation_.own->attname(); }

  Value value_of(Record& record) const {
    return related_value(relation_, record.get(own_name()));
  }

  std::vector<Value> values() {
    std::unordered_map<Value, bool, ValueHash> seen;
    std::vector<Value> wanted;
    for (const RecordPtr& record : records_) {
      const Value value = value_of(*record);
      if (is_null(value) || !seen.emplace(value, true).second) continue;
      wanted.push_back(value);
    }
    return wanted;
  }

  QuerySet base() const {
    const RecordShape& shape = records_.front()->shape();
    if (narrowed_ && narrowed_->rows) return *narrowed_->rows;
    const QuerySet rows =
        relation_.forward && !relation_.many
            ? QuerySet(*shape.registry, *relation_.model)
            : QuerySet::scoped(*shape.registry, *relation_.model);
    QuerySet asked = rows.using_database(shape.alias);
    if (shape.lazy_loading != LazyLoading::kAllow) {
      asked = asked.lazy_loading(shape.lazy_loading);
    }
    return asked;
  }

  /// Through a join table, the owner's key comes with each row.
  static constexpr const char* kOwner = "_prefetch_owner";

  void load(std::vector<Value> wanted) {
    QuerySet rows = base();
    Query query = rows.query();
    const ExprPtr column = relation_column(query, relation_);
    const bool joined = !relation_.joins.empty();
    if (joined) query.annotations.push_back({kOwner, column, true});
    const ExprPtr matches = make_lookup(relation_.name, column, false, {"in"},
                                        Operand(std::move(wanted)));
    const Records found =
        rows.where(matches, std::move(query)).records(databases_);
    const std::string name = joined ? kOwner : relation_.column->attname();
    for (const RecordPtr& record : found) {
      groups_[record->get(name)].push_back(record);
      loaded_.push_back(record);
    }
  }

  void give() {
    const bool attr = narrowed_ && !narrowed_->to_attr.empty();
    const std::string name = attr ? narrowed_->to_attr : relation_.name;
    for (const RecordPtr& record : records_) {
      const auto group = groups_.find(value_of(*record));
      const bool none = group == groups_.end();
      if (relation_.many) {
        record->keep_all(name, none ? Records() : group->second);
      } else {
        record->keep_related(name, none ? nullptr : group->second.front());
      }
    }
    keep_owners();
  }

  /// The way back is known too.
  void keep_owners() {
    if (relation_.forward || !relation_.joins.empty()) return;
    if (relation_.generic) return;
    for (const RecordPtr& record : records_) {
      const auto group = groups_.find(record->get(own_name()));
      if (group == groups_.end()) continue;
      for (const RecordPtr& one : group->second) {
        one->keep_owner(relation_.column->name, record);
      }
    }
  }

  const Records& records_;
  Relation relation_;
  const Prefetch* narrowed_;
  const Databases& databases_;
  Groups groups_;
  Records loaded_;
};

/// What is kept under a name already.
Records kept(const Records& records, const Relation& relation) {
  Records all;
  for (const RecordPtr& record : records) {
    if (relation.many) {
      for (RecordPtr& one : record->related_all(relation.name)) {
        all.push_back(std::move(one));
      }
    } else if (RecordPtr one = record->related(relation.name)) {
      all.push_back(std::move(one));
    }
  }
  return all;
}

/// One name of a path, for records of one model.
Records follow_name(const Records& records, const Prefetch& prefetch,
                    const std::string& name, bool last,
                    const Databases& databases) {
  const Model& model = records.front()->model();
  if (const auto generic = find_generic_key(model, name)) {
    if (last && (prefetch.rows || !prefetch.to_attr.empty())) {
      throw Error("query.field",
                  fmt::format("{}: rows of several models cannot be narrowed",
                              prefetch.path))
          .hint("prefetch it as it is");
    }
    return load_generic(records, *generic, databases);
  }
  const auto relation = find_relation(model, name);
  if (!relation) {
    throw Error("query.field", fmt::format("{}: {} has no relation {}",
                                           prefetch.path, model.label(), name))
        .hint(text::did_you_mean(name, relation_names(model)));
  }
  const bool narrowed = last && (prefetch.rows || !prefetch.to_attr.empty());
  if (!narrowed && records.front()->has_related(name)) {
    return kept(records, *relation);
  }
  return Step(records, *relation, last ? &prefetch : nullptr, databases).run();
}

/// After a generic foreign key they may be of several.
std::vector<Records> by_model(Records records) {
  std::vector<Records> groups;
  for (RecordPtr& one : records) {
    const auto group =
        std::find_if(groups.begin(), groups.end(), [&](const Records& known) {
          return &known.front()->model() == &one->model();
        });
    if (group == groups.end()) {
      groups.push_back({std::move(one)});
    } else {
      group->push_back(std::move(one));
    }
  }
  return groups;
}

void follow(const Records& records, const Prefetch& prefetch,
            const Databases& databases) {
  const std::vector<std::string> names = split_lookup(prefetch.path);
  Records at = records;
  for (std::size_t i = 0; i < names.size(); ++i) {
    Records next;
    for (const Records& group : by_model(std::move(at))) {
      for (RecordPtr& one : follow_name(group, prefetch, names[i],
                                        i + 1 == names.size(), databases)) {
        next.push_back(std::move(one));
      }
    }
    at = std::move(next);
  }
}

}  // namespace

void prefetch_related(const Records& records,
                      const std::vector<Prefetch>& prefetch,
                      const Databases& databases) {
  if (records.empty()) return;
  for (const Prefetch& one : prefetch) follow(records, one, databases);
}

}  // namespace manage::orm
