#include "orm/writing/manager.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "orm/atomic.hpp"
#include "orm/column_types.hpp"
#include "orm/model_signals.hpp"
#include "orm/query/path.hpp"
#include "orm/query/relation.hpp"
#include "orm/writing/saving.hpp"

namespace manage::orm {

/// What new records have in common.
struct Manager::Template {
  struct Computed {
    std::size_t at;
    const FieldDef* field;
    const FieldDef* own;
  };

  explicit Template(const ModelSet& models) : defaults(models) {}

  FieldDefaults defaults;
  std::shared_ptr<RecordShape> shape;
  Row values;
  std::vector<Computed> computed;  ///< defaults that differ each time
};

Manager::Manager(const Registry& registry, const Model& model,
                 const Databases& databases, std::string alias)
    : registry_(&registry),
      model_(&model),
      databases_(&databases),
      routed_(alias.empty()),
      alias_(alias.empty() ? databases.write_alias(model) : std::move(alias)) {
  auto made = std::make_shared<Template>(registry.models());
  auto shape = std::make_shared<RecordShape>();
  shape->registry = registry_;
  shape->model = model_;
  shape->alias = alias_;
  shape->databases = databases_;
  shape->lazy_loading = databases.lazy_loading;
  for (const Model::Column& column : model.columns()) {
    const FieldDef& field = *column.field;
    const FieldDef& own = value_field(field, registry.models());
    const bool given_by_database =
        field.is_generated() ||
        (field.has_db_default() && !field.has_default());
    if (given_by_database) {
      shape->deferred.push_back(field.attname());
      continue;
    }
    const bool constant = FieldDefaults::is_constant(field);
    if (!constant)
      made->computed.push_back({made->values.size(), &field, &own});
    made->values.push_back(
        constant ? made->defaults.initial(field, own, nullptr) : Value(Null{}));
    shape->names.push_back(field.attname());
  }
  shape->saved = std::make_shared<const RecordShape>(*shape);
  shape->adding = true;
  made->shape = std::move(shape);
  template_ = std::move(made);
}

QuerySet Manager::all() const {
  const QuerySet rows = QuerySet::scoped(*registry_, *model_);
  return routed_ ? rows : rows.using_database(alias_);
}

QuerySet Manager::here() const {
  return QuerySet::scoped(*registry_, *model_).using_database(alias_);
}

namespace {

/// Its default is not asked for then.
bool is_given(const GivenList& given, const FieldDef& field) {
  return std::any_of(given.begin(), given.end(), [&](const Given& one) {
    return one.name == field.name || one.name == field.attname();
  });
}

}  // namespace

RecordPtr Manager::make(const GivenList& given) const {
  const ModelSignals* signals = databases_->signals;
  if (signals && !signals->pre_init.empty()) {
    InitEvent event{*model_, {}};
    for (const Given& one : given) event.given.push_back(one.name);
    signals->pre_init.emit(event);
  }
  Row values = template_->values;
  for (const Template::Computed& one : template_->computed) {
    if (is_given(given, *one.field)) continue;
    values[one.at] = template_->defaults.initial(*one.field, *one.own,
                                                 databases_->callables);
  }
  auto record = std::make_shared<Record>(template_->shape, std::move(values));
  for (const Given& one : given) give(*record, one);
  if (signals && !signals->post_init.empty()) {
    InitEvent event{*model_, {}};
    event.record = record.get();
    signals->post_init.emit(event);
  }
  return record;
}

RecordPtr Manager::create(const GivenList& given) const {
  RecordPtr record = make(given);
  save(*record, {.force_insert = true});
  return record;
}

Q Manager::condition(const GivenList& given) const {
  Q all;
  for (const Given& one : given) {
    if (const auto* value = std::get_if<Value>(&one.what)) {
      all = all & Q(one.name, *value);
    } else if (const auto* expr = std::get_if<ExprPtr>(&one.what)) {
      all = all & Q(one.name, *expr);
    } else {
      const RecordPtr& record = std::get<RecordPtr>(one.what);
      const auto relation = find_relation(*model_, one.name);
      const bool direct = relation && relation->forward && !relation->many;
      const std::string key =
          direct ? relation->column->attname() : std::string("pk");
      all = all & Q(direct ? relation->own->attname() : one.name,
                    record ? record->get(key) : Value(Null{}));
    }
  }
  return all;
}

/// Conditions with a lookup say which one is meant, not what a new one has.
RecordPtr Manager::with_given(const GivenList& lookups,
                              const GivenList& defaults) const {
  GivenList all;
  const auto is_default = [&](const Given& one) {
    return std::any_of(defaults.begin(), defaults.end(),
                       [&](const Given& by) { return by.name == one.name; });
  };
  for (const Given& one : lookups) {
    const bool plain = split_lookup(one.name).size() == 1;
    if (plain && !is_default(one)) all.push_back(one);
  }
  all.insert(all.end(), defaults.begin(), defaults.end());
  return make(all);
}

std::pair<RecordPtr, bool> Manager::get_or_create(
    const GivenList& given, const GivenList& defaults) const {
  const auto find = [&]() -> RecordPtr {
    try {
      return here().get(condition(given), *databases_);
    } catch (const Error& error) {
      if (error.code() != "query.none") throw;
      return nullptr;
    }
  };
  if (RecordPtr found = find()) return {found, false};
  const RecordPtr record = with_given(given, defaults);
  try {
    // A savepoint, so that the question after an error can be asked.
    atomic(databases_->writing(alias_),
           [&] { save(*record, {.force_insert = true}); });
    return {record, true};
  } catch (const DatabaseError&) {
    if (RecordPtr found = find()) return {found, false};
    throw;
  }
}

std::pair<RecordPtr, bool> Manager::update_or_create(
    const GivenList& given, const GivenList& defaults,
    const std::optional<GivenList>& create_defaults) const {
  Connection& connection = databases_->writing(alias_);
  std::pair<RecordPtr, bool> done;
  atomic(connection, [&] {
    const auto find = [&]() -> RecordPtr {
      const Records found = here()
                                .filter(condition(given))
                                .select_for_update()
                                .slice(0, 2)
                                .records(*databases_);
      if (found.size() > 1) here().get(condition(given), *databases_);
      return found.empty() ? nullptr : found.front();
    };
    RecordPtr record = find();
    if (!record) {
      RecordPtr fresh = with_given(given, create_defaults.value_or(defaults));
      try {
        atomic(connection, [&] { save(*fresh, {.force_insert = true}); });
        done = {fresh, true};
        return;
      } catch (const DatabaseError&) {
        record = find();
        if (!record) throw;
      }
    }
    for (const Given& one : defaults) give(*record, one);
    save(*record);
    done = {record, false};
  });
  return done;
}

}  // namespace manage::orm
