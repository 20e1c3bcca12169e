#include "orm/query/record.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/query/composite_key.hpp"
#include "orm/query/filter.hpp"
#include "orm/query/generic_key.hpp"
#include "orm/query/loading.hpp"
#include "orm/query/lookup.hpp"
#include "orm/query/query_set.hpp"
#include "orm/query/relation.hpp"

namespace manage::orm {

std::optional<std::size_t> RecordShape::find(std::string_view name) const {
  std::string key;
  if (name == "pk") name = key = model->primary_key().attname();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

std::string Record::path_to(std::string_view name) const {
  return shape_->path.empty() ? std::string(name)
                              : fmt::format("{}__{}", shape_->path, name);
}

void Record::unknown(std::string_view name) const {
  std::vector<std::string> known = shape_->names;
  known.insert(known.end(), shape_->deferred.begin(), shape_->deferred.end());
  for (std::string& one : relation_names(model())) {
    known.push_back(std::move(one));
  }
  throw Error("query.field", fmt::format("{} has no {}", model().label(), name))
      .hint(text::did_you_mean(name, known));
}

void Record::guard(std::string_view name, std::string_view cure) const {
  if (shape_->lazy_loading == LazyLoading::kAllow) return;
  const Error error =
      Error("query.lazy",
            fmt::format("{}.{} was not loaded: each record would ask for its "
                        "own",
                        model().label(), name))
          .hint(std::string(cure));
  if (shape_->lazy_loading == LazyLoading::kRaise) throw Error(error);
  shape_->databases->warn(error);
}

bool Record::is_loaded(std::string_view name) const {
  return shape_->find(name).has_value() ||
         (kept_ && kept_->values.contains(name));
}

const Value& Record::get(std::string_view name) {
  if (kept_ && !kept_->pending.empty() && kept_->pending.contains(name)) {
    throw Error("query.expression",
                fmt::format("{}.{} is an expression until the record is saved",
                            model().label(), name));
  }
  if (name == "pk" && model().primary_key().is_composite()) {
    return composite_key();
  }
  if (const auto at = shape_->find(name)) return values_[*at];
  if (kept_) {
    const auto late = kept_->values.find(name);
    if (late != kept_->values.end()) return late->second;
  }
  return deferred(name);
}

const Value& Record::deferred(std::string_view name) {
  const auto& deferred = shape_->deferred;
  if (std::find(deferred.begin(), deferred.end(), name) == deferred.end()) {
    unknown(name);
  }
  if (adding()) {
    throw Error("query.none",
                fmt::format("{}.{} is given by the database when the record is "
                            "saved",
                            model().label(), name));
  }
  guard(name, fmt::format("leave {} out of defer(), or name it in only()",
                          path_to(name)));
  const QuerySet rows = QuerySet(*shape_->registry, model())
                            .filter(Q("pk", key()))
                            .order_by({})
                            .values({std::string(name)});
  const std::vector<Row> found =
      rows.rows(shape_->databases->connection(shape_->alias));
  if (found.empty()) {
    throw Error("query.none",
                fmt::format("this {} is not there any more", model().label()));
  }
  return kept()
      .values.emplace(std::string(name), found.front().front())
      .first->second;
}

const Value& Record::composite_key() {
  std::vector<Value> parts;
  for (const FieldDef* part : model().key_columns()) {
    parts.push_back(get(part->attname()));
  }
  // Without a part there is no key.
  const bool whole = std::none_of(parts.begin(), parts.end(), is_null);
  Value key = whole ? key_value(parts) : Value(Null{});
  return kept().values.insert_or_assign("pk", std::move(key)).first->second;
}

Record::Kept& Record::kept() {
  if (!kept_) kept_ = std::make_unique<Kept>();
  return *kept_;
}

void Record::keep_related(std::string name, RecordPtr record) {
  kept().one[std::move(name)] = std::move(record);
}

void Record::keep_all(std::string name, Records records) {
  kept().many[std::move(name)] = std::move(records);
}

void Record::keep_owner(std::string name, const RecordPtr& owner) {
  kept().owners[std::move(name)] = owner;
}

bool Record::has_related(std::string_view name) const {
  return known(name) || (kept_ && kept_->many.contains(name));
}

std::optional<RecordPtr> Record::known(std::string_view name) const {
  if (!kept_) return std::nullopt;
  if (const auto at = kept_->one.find(name); at != kept_->one.end()) {
    return at->second;
  }
  if (const auto at = kept_->owners.find(name); at != kept_->owners.end()) {
    if (RecordPtr owner = at->second.lock()) return owner;
  }
  return std::nullopt;
}

RecordPtr Record::related_generic(const GenericKey& key) {
  const std::string& name = key.field->name;
  if (is_null(get(key.type->attname())) ||
      is_null(get(key.object->attname()))) {
    return nullptr;
  }
  guard(name, fmt::format("add prefetch_related(\"{}\") to the query",
                          path_to(name)));
  // It is asked for as one of many; this record stays whose it is.
  const RecordPtr self(std::shared_ptr<void>(), this);
  const Records found = load_generic({self}, key, *shape_->databases);
  return found.empty() ? nullptr : found.front();
}

RecordPtr Record::related(std::string_view name) {
  if (auto found = known(name)) return *std::move(found);
  if (const auto generic = find_generic_key(model(), name)) {
    return related_generic(*generic);
  }
  const auto relation = find_relation(model(), name);
  if (!relation) unknown(name);
  if (relation->many) {
    throw Error("query.field",
                fmt::format("{}.{} leads to many rows", model().label(), name))
        .hint("ask for all of them");
  }
  const Value own = get(relation->own->attname());
  RecordPtr found;
  if (!is_null(own)) {
    guard(name, fmt::format("add select_related(\"{0}\") or "
                            "prefetch_related(\"{0}\") to the query",
                            path_to(name)));
    // A foreign key is followed whatever the model's scope leaves out.
    Query query(*shape_->registry, *relation->model);
    const ExprPtr column = relation_column(query, *relation);
    const Records records =
        QuerySet(*shape_->registry, *relation->model)
            .where(make_lookup(name, column, false, {}, Operand(own)), query)
            .near_database(shape_->alias)
            .slice(0, 1)
            .records(*shape_->databases);
    if (!records.empty()) found = records.front();
    if (!found && relation->forward) {
      throw Error("query.none",
                  fmt::format("{}.{}: there is no {} with {} {}",
                              model().label(), name, relation->model->label(),
                              relation->column->name, display(own)));
    }
  }
  keep_related(std::string(name), found);
  return found;
}

QuerySet Record::related_set(std::string_view name) const {
  const auto relation = find_relation(model(), name);
  if (!relation) unknown(name);
  const auto at = shape_->find(relation->own->attname());
  if (!at) {
    throw Error("query.lazy", fmt::format("{}.{} was not loaded",
                                          model().label(), relation->own->name))
        .hint("name it in only()");
  }
  QuerySet rows = QuerySet::scoped(*shape_->registry, *relation->model);
  Query query = rows.query();
  const ExprPtr column = relation_column(query, *relation);
  return rows
      .where(make_lookup(name, column, false, {},
                         Operand(related_value(*relation, values_[*at]))),
             std::move(query))
      .near_database(shape_->alias);
}

Records Record::related_all(std::string_view name) {
  if (kept_) {
    const auto known = kept_->many.find(name);
    if (known != kept_->many.end()) return known->second;
  }
  const auto relation = find_relation(model(), name);
  if (!relation) unknown(name);
  guard(name, fmt::format("add prefetch_related(\"{}\") to the query",
                          path_to(name)));
  return related_set(name).records(*shape_->databases);
}

Record::Backup::Backup(Record& record)
    : record_(record),
      shape_(record.shape_),
      values_(record.values_),
      more_(record.kept_ ? std::make_unique<Kept>(*record.kept_) : nullptr) {}

Record::Backup::~Backup() {
  if (kept_) return;
  record_.shape_ = std::move(shape_);
  record_.values_ = std::move(values_);
  record_.kept_ = std::move(more_);
}

std::vector<Value> keys_of(const Records& records) {
  std::vector<Value> keys;
  for (const RecordPtr& one : records) keys.push_back(one->key());
  return keys;
}

}  // namespace manage::orm
