#include "orm/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/relation_names.hpp"

namespace manage::orm {

namespace {

bool is_many_to_many(const FieldDef& field) {
  return field.kind() == FieldKind::kManyToMany;
}

/// The foreign keys of a join model to `target`, in order.
std::vector<const FieldDef*> keys_to(const ModelDef& through,
                                     const ModelKey& target,
                                     const ModelSet& models) {
  std::vector<const FieldDef*> keys;
  for (const FieldDef& field : through.fields) {
    if (field.is_relation() && field.has_column() &&
        models.resolve(field.to()) == target) {
      keys.push_back(&field);
    }
  }
  return keys;
}

}  // namespace

/// Joins the models of a registry with each other.
class RegistryBuilder {
 public:
  explicit RegistryBuilder(Registry& registry)
      : registry_(registry), models_(registry.models_) {}

  void run() {
    for (const auto& [key, def] : ModelMap(models_.all())) {
      for (const FieldDef& field : def->fields) {
        if (!is_many_to_many(field) || !field.text("through").empty()) continue;
        ModelDef through = models_.through_model(*def, field);
        join_models_.insert(through.key());
        models_.put(std::move(through));
      }
    }
    for (const auto& [key, def] : models_.all()) add(key, def);
    for (auto& [key, model] : registry_.all_) connect(*model);
    for (auto& [key, model] : registry_.all_) number_columns(*model);
    for (auto& [key, model] : registry_.all_) add_reverse(*model);
    for (auto& [key, model] : registry_.all_) add_incoming(*model);
    for (auto& [key, model] : registry_.all_) add_generic(*model, *model);
    for (auto& [key, model] : registry_.all_) add_generic_back(*model);
  }

 private:
  Model& at(const ModelKey& key) { return *registry_.all_.at(key); }

  void add(const ModelKey& key, const std::shared_ptr<const ModelDef>& def) {
    auto model = std::make_unique<Model>();
    model->def_ = def;
    model->key_ = key;
    model->table_ = models_.table(*def);
    model->auto_created_ = join_models_.contains(key);
    registry_.all_.emplace(key, std::move(model));
  }

  void connect(Model& model) {
    const ModelDef& def = model.def();
    if (def.proxy()) model.concrete_ = &concrete(model.key());
    model.primary_key_ = model.concrete_->def().primary_key();
    for (const FieldDef& field : def.fields) {
      if (!field.is_relation()) continue;
      const ModelDef& target = models_.target(field);
      model.targets_[field.name] = {&at(target.key()),
                                    &models_.target_field(field)};
      if (is_many_to_many(field)) connect_through(model, field, target);
      if (field.flag("parent_link")) {
        model.parents_.push_back({&at(target.key()), &field});
      }
    }
    if (def.proxy()) model.parents_ = {};
  }

  /// The model whose table a proxy uses.
  Model& concrete(const ModelKey& key) {
    Model& model = at(key);
    if (!model.def().proxy()) return model;
    return concrete(models_.resolve(model.def().bases.front()));
  }

  void connect_through(Model& model, const FieldDef& field,
                       const ModelDef& target) {
    std::string name = field.text("through");
    const ModelKey key = name.empty()
                             ? models_.through_model(model.def(), field).key()
                             : models_.resolve(name);
    Model& through = at(key);
    Model::Through join{&through, nullptr, nullptr};
    if (const Data* named = field.arguments.find("through_fields")) {
      const std::vector<std::string> names = named->texts();
      join.from = through.def().find_field(names.at(0));
      join.to = through.def().find_field(names.at(1));
    } else {
      const auto from = keys_to(through.def(), model.key(), models_);
      const auto to = keys_to(through.def(), target.key(), models_);
      const std::size_t second = model.key() == target.key() ? 1 : 0;
      if (!from.empty()) join.from = from.front();
      if (to.size() > second) join.to = to[second];
    }
    if (!join.from || !join.to) {
      throw Error("models.unknown",
                  fmt::format("{}.{}: {} has no two foreign keys for it",
                              model.label(), field.name, through.label()))
          .at(field.pos);
    }
    model.through_[field.name] = join;
  }

  void number_columns(Model& model) {
    if (!model.columns_.empty()) return;
    const Model& concrete = model.concrete();
    for (const Model::Parent& parent : concrete.parents()) {
      Model& above = at(parent.model->key());
      number_columns(above);
      for (const Model::Column& column : above.columns_) {
        const bool known =
            std::any_of(model.columns_.begin(), model.columns_.end(),
                        [&](const Model::Column& other) {
                          return other.field == column.field;
                        });
        if (!known) model.columns_.push_back(column);
      }
    }
    for (const FieldDef* field : concrete.def().columns()) {
      model.columns_.push_back({&concrete, field});
    }
  }

  void add_reverse(Model& model) {
    if (model.auto_created_ || model.def().swapped) return;
    for (const FieldDef& field : model.def().fields) {
      if (!field.is_relation() || is_hidden(model.def(), field)) continue;
      const Model& target = model.targets_.at(field.name).first->concrete();
      at(target.key())
          .reverse_.push_back({&model, &field,
                               accessor_name(model.def(), field),
                               query_name(model.def(), field)});
    }
  }

  void add_incoming(Model& model) {
    if (model.def().swapped || model.def().proxy()) return;
    for (const FieldDef& field : model.def().fields) {
      if (!field.is_relation() || is_many_to_many(field)) continue;
      const auto& [target, column] = model.targets_.at(field.name);
      at(target->concrete().key())
          .incoming_.push_back({&model, &field, column});
    }
  }

  /// Those of `from`, for `model`. As in Django, what inherits one has rows of
  /// its own content type.
  void add_generic(Model& model, const Model& from) {
    const Model& concrete = from.concrete();
    for (const FieldDef& field : concrete.def().fields) {
      if (field.kind() != FieldKind::kGenericRelation) continue;
      const Model& pointing = at(models_.target(field).key()).concrete();
      const ModelDef& def = pointing.def();
      model.generic_.push_back(
          {&field,
           field.flag("for_concrete_model") ? &model.concrete() : &model,
           &pointing, def.find_field(field.text("content_type_field")),
           def.find_field(field.text("object_id_field"))});
    }
    for (const Model::Parent& parent : concrete.parents()) {
      add_generic(model, *parent.model);
    }
  }

  void add_generic_back(const Model& model) {
    for (const GenericRelation& one : model.generic_) {
      const bool own = model.def().find_field(one.field->name) == one.field;
      if (!own || one.field->text("related_query_name").empty()) continue;
      at(one.model->key()).generic_back_.push_back(&one);
    }
  }

  Registry& registry_;
  ModelSet& models_;
  std::set<ModelKey> join_models_;
};

const FieldDef* Model::soft_delete() const {
  const Model& own = concrete();
  if (!own.def().soft_delete.empty()) {
    const auto hop = own.find(own.def().soft_delete);
    return hop ? hop->field : nullptr;
  }
  for (const Parent& parent : own.parents()) {
    if (const FieldDef* field = parent.model->soft_delete()) return field;
  }
  return nullptr;
}

std::optional<Hop> Model::find(std::string_view name) const {
  if (name == "pk") return find_own(primary_key().name);
  if (auto own = find_own(name)) return own;
  if (auto generic = find_generic(name)) return generic;
  return find_reverse(name);
}

std::optional<Hop> Model::find_generic(std::string_view name) const {
  const FieldDef* key = key_columns().front();
  for (const GenericRelation& one : generic_) {
    if (one.field->name != name) continue;
    return Hop{
        one.field,
        this,
        one.model,
        true,
        {{&concrete(), key, one.model, one.object, false, true, true, &one}}};
  }
  for (const GenericRelation* one : concrete().generic_back_) {
    if (one->field->text("related_query_name") != name) continue;
    const Model& of = *one->of;
    return Hop{one->field,
               &of,
               &of,
               true,
               {{&concrete(), one->object, &of.concrete(),
                 of.key_columns().front(), true, false, true, one}}};
  }
  return std::nullopt;
}

std::optional<Hop> Model::find_own(std::string_view name) const {
  const Model& model = concrete();
  for (const FieldDef& field : model.def().fields) {
    if (field.name != name) continue;
    if (field.kind() == FieldKind::kGenericRelation) return std::nullopt;
    return model.forward(field);
  }
  for (const FieldDef& field : model.def().fields) {
    if (!field.is_relation() || !field.has_column()) continue;
    if (field.attname() == name) return Hop{&field, &model, nullptr, false, {}};
  }
  for (const Parent& parent : model.parents()) {
    auto inherited = parent.model->find_own(name);
    if (!inherited) continue;
    const JoinStep up = model.forward(*parent.link).joins.front();
    inherited->joins.insert(inherited->joins.begin(), up);
    return inherited;
  }
  return std::nullopt;
}

Hop Model::forward(const FieldDef& field) const {
  Hop hop{&field, this, nullptr, false, {}};
  if (!field.is_relation()) return hop;
  if (is_many_to_many(field)) return many_to_many(field, false);
  const auto& [target, key] = targets_.at(field.name);
  hop.target = target;
  hop.joins.push_back(
      {this, &field, &target->concrete(), key, true, false, field.null()});
  return hop;
}

Hop Model::many_to_many(const FieldDef& field, bool reverse) const {
  const Through& join = through_.at(field.name);
  const Model& target = *targets_.at(field.name).first;
  const auto key_of = [&](const FieldDef& key) {
    return join.model->targets_.at(key.name).second;
  };
  const FieldDef* first = reverse ? join.to : join.from;
  const FieldDef* second = reverse ? join.from : join.to;
  const Model& here = reverse ? target.concrete() : *this;
  const Model& there = reverse ? *this : target.concrete();
  Hop hop{&field, this, reverse ? this : &target, reverse, {}};
  hop.joins.push_back(
      {&here, key_of(*first), join.model, first, false, true, true});
  hop.joins.push_back({join.model, second, &there, key_of(*second), true, false,
                       second->null()});
  return hop;
}

std::optional<Hop> Model::find_reverse(std::string_view name) const {
  const Model& model = concrete();
  for (const ReverseRelation& relation : model.reverse_) {
    if (relation.query_name != name) continue;
    const FieldDef& field = *relation.field;
    if (is_many_to_many(field)) {
      return relation.model->many_to_many(field, true);
    }
    const FieldDef* key = relation.model->targets_.at(field.name).second;
    const bool many = field.kind() != FieldKind::kOneToOne;
    return Hop{&field,
               relation.model,
               relation.model,
               true,
               {{&model, key, &relation.model->concrete(), &field, false, many,
                 true}}};
  }
  for (const Parent& parent : model.parents()) {
    auto inherited = parent.model->find_reverse(name);
    if (!inherited) continue;
    const JoinStep up = model.forward(*parent.link).joins.front();
    inherited->joins.insert(inherited->joins.begin(), up);
    return inherited;
  }
  return std::nullopt;
}

std::vector<const FieldDef*> Model::key_columns() const {
  if (!primary_key_->is_composite()) return {primary_key_};
  std::vector<const FieldDef*> fields;
  for (const std::string& name : concrete().def().composite_key()) {
    fields.push_back(concrete().def().find_field(name));
  }
  return fields;
}

std::vector<JoinStep> Model::way_to(const Model& ancestor) const {
  if (&ancestor.concrete() == &concrete()) return {};
  for (const Parent& parent : concrete().parents()) {
    std::vector<JoinStep> way = parent.model->way_to(ancestor);
    const bool there = &parent.model->concrete() == &ancestor.concrete();
    if (way.empty() && !there) continue;
    way.insert(way.begin(), concrete().forward(*parent.link).joins.front());
    return way;
  }
  return {};
}

std::vector<std::string> Model::names() const {
  std::vector<std::string> names;
  for (const FieldDef& field : concrete().def().fields) {
    names.push_back(field.name);
  }
  for (const ReverseRelation& relation : concrete().reverse_) {
    names.push_back(relation.query_name);
  }
  for (const GenericRelation* one : concrete().generic_back_) {
    names.push_back(one->field->text("related_query_name"));
  }
  for (const Parent& parent : concrete().parents()) {
    for (std::string& name : parent.model->names()) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

Registry::Registry(const ModelSet& models) : models_(models) {
  RegistryBuilder(*this).run();
}

const Model* Registry::find(const ModelKey& key) const {
  const auto found = all_.find(key);
  return found == all_.end() ? nullptr : found->second.get();
}

const Model& Registry::get(std::string_view label) const {
  const ModelKey key = ModelKey::parse(label);
  if (!key.app.empty()) {
    if (const Model* found = find(key)) return *found;
  }
  std::vector<const Model*> same_name;
  std::vector<std::string> labels;
  for (const auto& [known, model] : all_) {
    if (key.app.empty() && known.model == key.model) {
      same_name.push_back(model.get());
    }
    if (!model->auto_created()) labels.push_back(model->label());
  }
  if (same_name.size() == 1) return *same_name.front();
  std::string hint = text::did_you_mean(label, labels);
  if (same_name.size() > 1) {
    hint = fmt::format("write {} or {}", same_name[0]->label(),
                       same_name[1]->label());
  }
  throw Error("models.unknown",
              same_name.empty()
                  ? fmt::format("there is no model {}", label)
                  : fmt::format("several apps have a model {}", label))
      .hint(std::move(hint));
}

}  // namespace manage::orm
