#include "orm/writing/related_manager.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/atomic.hpp"
#include "orm/query/relation.hpp"
#include "orm/writing/related_rows.hpp"
#include "orm/writing/saving.hpp"

namespace manage::orm {

namespace {

std::unique_ptr<RelatedRows> rows_of(const RecordPtr& record,
                                     std::string_view name) {
  const Model& model = record->model();
  const auto relation = find_relation(model, name);
  if (!relation) {
    throw Error("query.field",
                fmt::format("{} has no relation {}", model.label(), name))
        .hint(text::did_you_mean(std::string(name), relation_names(model)));
  }
  if (!relation->many) {
    throw Error("query.field",
                fmt::format("{}.{} leads to one row", model.label(), name))
        .hint("set it in the record, and save that");
  }
  if (relation->generic) return generic_rows(record, *relation);
  return relation->joins.empty() ? pointing_rows(record, *relation)
                                 : joined_rows(record, *relation);
}

}  // namespace

const Value& saved_value(Record& record, const std::string& attname,
                         const std::string& name) {
  if (!record.adding()) {
    const Value& value = record.get(attname);
    if (!is_null(value)) return value;
  }
  throw Error("write.unsaved",
              fmt::format("{}: the {} is not in the database yet", name,
                          record.model().label()))
      .hint("save it first");
}

void require_model(const Record& record, const Model& model,
                   const Record& owner, const std::string& name) {
  const Databases& databases = *owner.shape().databases;
  if (!record.adding() &&
      !databases.allows_relation(owner.alias(), record.alias())) {
    throw Error("query.value",
                fmt::format("{}: the records are in two databases, {} and {}",
                            name, owner.alias(), record.alias()));
  }
  if (is_a(record.model(), model)) return;
  throw Error("query.value",
              fmt::format("{} leads to {}, not to {}", name, model.label(),
                          record.model().label()));
}

RelatedManager::RelatedManager(RecordPtr record, std::string_view name)
    : record_(std::move(record)), name_(name), rows_(rows_of(record_, name)) {}

RelatedManager::~RelatedManager() = default;

Connection& RelatedManager::connection() const {
  const Databases& databases = *record_->shape().databases;
  return databases.writing(
      databases.write_alias(rows_->model(), record_->alias()));
}

void RelatedManager::changed() { record_->forget_related(name_); }

QuerySet RelatedManager::all() const { return record_->related_set(name_); }

void RelatedManager::add(const Records& records, const AddOptions& options) {
  atomic(connection(), [&] { rows_->add(records, options); },
         {.savepoint = false});
  changed();
}

void RelatedManager::add_keys(const std::vector<Value>& keys,
                              const AddOptions& options) {
  atomic(connection(), [&] { rows_->add_keys(keys, options); },
         {.savepoint = false});
  changed();
}

void RelatedManager::remove(const Records& records) {
  // What is not among them has not broken anything.
  atomic(connection(), [&] { rows_->remove(records); });
  changed();
}

void RelatedManager::clear() {
  atomic(connection(), [&] { rows_->clear(); }, {.savepoint = false});
  changed();
}

void RelatedManager::set(const Records& records, bool clear,
                         const AddOptions& options) {
  const auto work = [&] {
    if (!rows_->can_remove()) return rows_->add(records, options);
    if (clear) {
      rows_->clear();
      return rows_->add(records, options);
    }
    // Whatever a scope hides is theirs too.
    const Databases& databases = *record_->shape().databases;
    const Records old = all()
                            .order_by({})
                            .using_database(databases.write_alias(
                                rows_->model(), record_->alias()))
                            .records(databases);
    const auto is_among = [](const Records& list, const RecordPtr& one) {
      return std::any_of(list.begin(), list.end(), [&](const RecordPtr& other) {
        return other->key() == one->key();
      });
    };
    Records gone, fresh;
    std::copy_if(old.begin(), old.end(), std::back_inserter(gone),
                 [&](const auto& one) { return !is_among(records, one); });
    std::copy_if(records.begin(), records.end(), std::back_inserter(fresh),
                 [&](const auto& one) { return !is_among(old, one); });
    rows_->remove(gone);
    rows_->add(fresh, options);
  };
  atomic(connection(), work, {.savepoint = false});
  changed();
}

RelatedManager::Made RelatedManager::make(
    const GivenList& given, const AddOptions& options,
    const std::function<Made(const Manager&, const GivenList&)>& work) {
  const RecordShape& shape = record_->shape();
  const GivenList own = rows_->given();
  GivenList all = given;
  all.insert(all.end(), own.begin(), own.end());
  const Manager manager(
      *shape.registry, rows_->model(), *shape.databases,
      shape.databases->write_alias(rows_->model(), shape.alias));
  Made made;
  atomic(connection(),
         [&] {
           made = work(manager, all);
           if (made.second && own.empty()) rows_->add({made.first}, options);
         },
         {.savepoint = false});
  changed();
  return made;
}

RecordPtr RelatedManager::create(const GivenList& given,
                                 const AddOptions& options) {
  return make(given, options,
              [](const Manager& manager, const GivenList& all) {
                return Made{manager.create(all), true};
              })
      .first;
}

std::pair<RecordPtr, bool> RelatedManager::get_or_create(
    const GivenList& given, const GivenList& defaults,
    const AddOptions& options) {
  return make(given, options, [&](const Manager& manager, const auto& all) {
    return manager.get_or_create(all, defaults);
  });
}

std::pair<RecordPtr, bool> RelatedManager::update_or_create(
    const GivenList& given, const GivenList& defaults,
    const std::optional<GivenList>& create_defaults,
    const AddOptions& options) {
  return make(given, options, [&](const Manager& manager, const auto& all) {
    return manager.update_or_create(all, defaults, create_defaults);
  });
}

}  // namespace manage::orm
