#include "orm/model_def.hpp"

#include <algorithm>
#include <set>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/names.hpp"

namespace manage::orm {

namespace {

std::string text_of(const DataMap& map, std::string_view key) {
  const Data* value = map.find(key);
  const std::string* text = value ? value->text() : nullptr;
  return text ? *text : std::string();
}

std::vector<std::string> texts_of(const DataMap& map, std::string_view key) {
  const Data* value = map.find(key);
  return value ? value->texts() : std::vector<std::string>();
}

std::vector<std::vector<std::string>> lists_of(const DataMap& map,
                                               std::string_view key) {
  std::vector<std::vector<std::string>> all;
  const Data* value = map.find(key);
  const DataList* lists = value ? value->list() : nullptr;
  if (!lists) return all;
  for (const Data& list : *lists) all.push_back(list.texts());
  return all;
}

bool flag_of(const DataMap& map, std::string_view key, bool otherwise) {
  const Data* value = map.find(key);
  const bool* flag = value ? value->boolean() : nullptr;
  return flag ? *flag : otherwise;
}

/// A chain of proxies longer than this is a cycle.
constexpr int kMaxDepth = 64;

/// The model and what it inherits from, each once, nearest first.
std::vector<const ModelDef*> family_of(const ModelSet& models,
                                       const ModelDef& model) {
  std::vector<const ModelDef*> family = {&model};
  std::set<ModelKey> seen = {model.key()};
  for (std::size_t i = 0; i < family.size(); ++i) {
    for (const std::string& base : family[i]->bases) {
      const ModelDef* parent = models.find(models.resolve(base));
      if (parent && seen.insert(parent->key()).second) {
        family.push_back(parent);
      }
    }
  }
  return family;
}

/// The first field that `wanted` accepts, own fields before inherited ones.
template <class Wanted>
const FieldDef* find_inherited(const ModelSet& models, const ModelDef& model,
                               const Wanted& wanted) {
  for (const ModelDef* one : family_of(models, model)) {
    for (const FieldDef& field : one->fields) {
      if (wanted(field)) return &field;
    }
  }
  return nullptr;
}

/// One of the two foreign keys of a join table.
FieldDef join_key(std::string name, const ModelKey& target,
                  const std::string& related_name, const FieldDef& field) {
  FieldDef key;
  key.name = std::move(name);
  key.type = &field_type(FieldKind::kForeignKey);
  key.arguments = {{"to", target.text()},
                   {"on_delete", "CASCADE"},
                   {"related_name", related_name + "+"}};
  if (!field.db_constraint()) key.arguments.set("db_constraint", false);
  key.pos = field.pos;
  return key;
}

}  // namespace

FieldDef order_field(const SourcePos& pos) {
  FieldDef field;
  field.name = "_order";
  field.type = &field_type(FieldKind::kInteger);
  field.arguments = {
      {"default", 0}, {"editable", false}, {"auto_created", true}};
  field.pos = pos;
  return field;
}

FieldDef automatic_id(std::string_view type, const SourcePos& pos) {
  FieldDef id;
  id.name = "id";
  id.type = find_field_type(type);
  id.arguments = {{"primary_key", true},
                  {"auto_created", true},
                  {"serialize", false},
                  {"verbose_name", "ID"}};
  id.pos = pos;
  return id;
}

std::string IndexDef::name() const { return text_of(arguments, "name"); }

std::vector<std::string> IndexDef::fields() const {
  return texts_of(arguments, "fields");
}

std::string ConstraintDef::name() const { return text_of(arguments, "name"); }

std::vector<std::string> ConstraintDef::fields() const {
  return texts_of(arguments, "fields");
}

ModelKey ModelKey::parse(std::string_view reference) {
  const std::size_t dot = reference.find('.');
  if (dot == std::string_view::npos) return {{}, text::lower(reference)};
  return {std::string(reference.substr(0, dot)),
          text::lower(reference.substr(dot + 1))};
}

ModelKey ModelDef::key() const { return {app, text::lower(name)}; }

const FieldDef* ModelDef::find_field(std::string_view wanted) const {
  const auto found =
      std::find_if(fields.begin(), fields.end(),
                   [&](const FieldDef& field) { return field.name == wanted; });
  return found == fields.end() ? nullptr : &*found;
}

FieldDef* ModelDef::find_field(std::string_view wanted) {
  return const_cast<FieldDef*>(std::as_const(*this).find_field(wanted));
}

const FieldDef* ModelDef::primary_key() const {
  const auto found =
      std::find_if(fields.begin(), fields.end(),
                   [](const FieldDef& field) { return field.primary_key(); });
  return found == fields.end() ? nullptr : &*found;
}

std::vector<std::string> ModelDef::composite_key() const {
  const FieldDef* key = primary_key();
  if (!key || !key->is_composite()) return {};
  return texts_of(key->arguments, "field_names");
}

std::vector<std::vector<std::string>> ModelDef::unique_together() const {
  return lists_of(options, "unique_together");
}

std::vector<std::vector<std::string>> ModelDef::index_together() const {
  return lists_of(options, "index_together");
}

bool ModelDef::managed() const { return flag_of(options, "managed", true); }

bool ModelDef::proxy() const { return flag_of(options, "proxy", false); }

std::string ModelDef::verbose_name() const {
  std::string given = text_of(options, "verbose_name");
  if (!given.empty()) return given;
  const auto is_upper = [&](std::size_t at) {
    return name[at] >= 'A' && name[at] <= 'Z';
  };
  // Django's words: "HTTPServer" is "http server".
  std::string words;
  for (std::size_t at = 0; at < name.size(); ++at) {
    const bool after_lower =
        at > 0 && name[at - 1] >= 'a' && name[at - 1] <= 'z';
    const bool begins_word = at + 1 < name.size() && !is_upper(at + 1);
    if (at > 0 && is_upper(at) && (after_lower || begins_word)) words += ' ';
    words += name[at];
  }
  return text::lower(words);
}

std::vector<const FieldDef*> ModelDef::columns() const {
  std::vector<const FieldDef*> all;
  for (const FieldDef& field : fields) {
    if (field.has_column()) all.push_back(&field);
  }
  return all;
}

const ModelDef* ModelSet::find(const ModelKey& key) const {
  const auto found = models_->find(key);
  return found == models_->end() ? nullptr : found->second.get();
}

const ModelDef& ModelSet::get(const ModelKey& key) const {
  if (const ModelDef* model = find(key)) return *model;
  std::vector<std::string> labels;
  for (const auto& [other, model] : *models_) labels.push_back(model->label());
  throw Error("models.unknown", "there is no model " + key.text())
      .hint(text::did_you_mean(key.text(), labels));
}

ModelMap& ModelSet::changeable() {
  if (models_.use_count() > 1) models_ = std::make_shared<ModelMap>(*models_);
  return *models_;
}

void ModelSet::put(ModelDef model) {
  ModelKey key = model.key();
  // In any case, because Django's files say AUTH_USER_MODEL.
  model.swapped =
      text::lower(text_of(model.options, "swappable")) == "auth_user_model" &&
      resolve("auth_user_model") != key;
  changeable().put(std::move(key),
                   std::make_shared<const ModelDef>(std::move(model)));
}

ModelKey ModelSet::resolve(std::string_view reference) const {
  return ModelKey::parse(reference == "auth_user_model" ? auth_user_model
                                                        : reference);
}

const ModelDef& ModelSet::target(const FieldDef& relation) const {
  try {
    return get(resolve(relation.to()));
  } catch (Error& error) {
    throw error.at(relation.pos);
  }
}

const FieldDef& ModelSet::target_field(const FieldDef& relation) const {
  const ModelDef& model = target(relation);
  const std::string to_field = relation.text("to_field");
  const FieldDef* found =
      to_field.empty() ? model.primary_key() : find_field(model, to_field);
  if (!found && to_field.empty()) {
    found = find_inherited(*this, model, [](const FieldDef& field) {
      return field.primary_key();
    });
  }
  if (found) return *found;
  throw Error(
      "models.unknown",
      model.label() + " has no " +
          (to_field.empty() ? std::string("primary key") : "field " + to_field))
      .at(relation.pos);
}

const FieldDef* ModelSet::find_field(const ModelDef& model,
                                     std::string_view name) const {
  return find_inherited(
      *this, model, [&](const FieldDef& field) { return field.name == name; });
}

std::vector<std::string> ModelSet::field_names(const ModelDef& model) const {
  std::vector<std::string> names;
  for (const ModelDef* one : family_of(*this, model)) {
    for (const FieldDef& field : one->fields) names.push_back(field.name);
  }
  return names;
}

std::string ModelSet::table(const ModelDef& model) const {
  const ModelDef* concrete = &model;
  for (int depth = 0; concrete->proxy() && depth < kMaxDepth; ++depth) {
    const ModelDef* base = concrete->bases.empty()
                               ? nullptr
                               : find(resolve(concrete->bases.front()));
    if (!base) break;
    concrete = base;
  }
  std::string given = text_of(concrete->options, "db_table");
  if (!given.empty()) return given;
  return truncate_name(concrete->app + "_" + concrete->key().model,
                       max_name_length);
}

ModelDef ModelSet::through_model(const ModelDef& owner,
                                 const FieldDef& field) const {
  const ModelDef& to = target(field);
  std::string from_name = owner.key().model;
  std::string to_name = to.key().model;
  // Django compares the names only: two models of that name in different apps
  // get the prefixes too.
  if (from_name == to_name) {
    from_name = "from_" + from_name;
    to_name = "to_" + to_name;
  }

  ModelDef through;
  through.app = owner.app;
  through.name = owner.name + "_" + field.name;
  through.pos = field.pos;
  through.fields.push_back(automatic_id(default_auto_field, field.pos));
  through.fields.push_back(
      join_key(from_name, owner.key(), through.name, field));
  through.fields.push_back(join_key(to_name, to.key(), through.name, field));

  std::string db_table = field.text("db_table");
  if (db_table.empty()) {
    const std::string own_table = table(owner);
    db_table =
        truncate_name(std::string(strip_quotes(own_table)) + "_" + field.name,
                      max_name_length);
  }
  through.options.set("db_table", db_table);
  // Not braces in braces, which clang reads as a copy.
  DataList together(1, DataList{from_name, to_name});
  through.options.set("unique_together", std::move(together));
  if (!owner.managed() && !to.managed()) through.options.set("managed", false);
  return through;
}

}  // namespace manage::orm
