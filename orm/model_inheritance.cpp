// What a model takes over from the models it inherits from: fields and meta of
// abstract parents, a parent link and some of the meta of concrete ones.
#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "orm/field_yaml.hpp"
#include "orm/models_yaml.hpp"
#include "orm/relation_names.hpp"

namespace manage::orm {

namespace {

/// What keeps a hostile file from multiplying itself.
constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxInherited = 200'000;

/// Meta keys that a child also gets from a parent with a table of its own.
constexpr std::string_view kFromConcrete[] = {"ordering", "get_latest_by"};

void expand(DataMap& arguments, std::string_view argument,
            const ModelDef& model) {
  Data* value = arguments.find(argument);
  const std::string* text = value ? value->text() : nullptr;
  if (!text || text->find('%') == std::string::npos) return;
  std::string name = *text;
  const std::string class_name = text::lower(model.name);
  name = text::replace_all(name, "%(app_label)s", text::lower(model.app));
  name = text::replace_all(name, "%(class)s", class_name);
  name = text::replace_all(name, "%(model_name)s", class_name);
  *value = name;
}

void expand_names(ModelDef& model) {
  for (FieldDef& field : model.fields) {
    expand(field.arguments, "related_name", model);
    expand(field.arguments, "related_query_name", model);
  }
  for (IndexDef& index : model.indexes) expand(index.arguments, "name", model);
  for (ConstraintDef& constraint : model.constraints) {
    expand(constraint.arguments, "name", model);
  }
}

FieldDef parent_link(const ModelKey& parent, std::string to,
                     const SourcePos& pos) {
  FieldDef link;
  link.name = parent_link_name(parent);
  link.type = &field_type(FieldKind::kOneToOne);
  link.arguments = {{"to", std::move(to)},  {"on_delete", "CASCADE"},
                    {"parent_link", true},  {"primary_key", true},
                    {"auto_created", true}, {"serialize", false}};
  link.pos = pos;
  return link;
}

class Inheritance {
 public:
  Inheritance(const ModelSources& sources, const ModelsContext& context,
              Diagnostics& diagnostics)
      : sources_(sources), context_(context), diagnostics_(diagnostics) {}

  ModelSources run() {
    for (const auto& [key, source] : sources_) resolve(key);
    for (auto& [key, source] : done_) finish(source);
    return std::move(done_);
  }

 private:
  /// nullptr if the model is part of a cycle.
  const ModelSource* resolve(const ModelKey& key) {
    const auto finished = done_.find(key);
    if (finished != done_.end()) return &finished->second;
    const ModelSource& own = sources_.at(key);
    if (std::find(path_.begin(), path_.end(), key) != path_.end()) {
      diagnostics_.add(
          "models.inherits", own.model.pos,
          fmt::format("model {} inherits from itself", own.model.name));
      return nullptr;
    }
    if (path_.size() == kMaxDepth) {
      diagnostics_.add("models.inherits", own.model.pos,
                       fmt::format("model {}: inheritance is more than {} deep",
                                   own.model.name, kMaxDepth));
      return nullptr;
    }
    path_.push_back(key);
    ModelSource result = own;
    result.model.fields.clear();
    for (const std::string& parent : own.inherits) {
      take_from_parent(parent, own, result);
    }
    take_own_fields(own, result);
    path_.pop_back();
    return &done_.emplace(key, std::move(result)).first->second;
  }

  void take_from_parent(const std::string& name, const ModelSource& own,
                        ModelSource& result) {
    const ModelKey key = ModelKey::parse(name);
    if (sources_.find(key) == sources_.end()) {
      std::vector<std::string> known;
      for (const auto& [other, source] : sources_) {
        known.push_back(source.model.label());
      }
      const auto node = own.nodes.find("inherits");
      diagnostics_.add(
          "models.inherits",
          node == own.nodes.end() ? own.model.pos : node->second->pos(),
          fmt::format("model {}: there is no model {} to inherit from",
                      own.model.name, name),
          text::did_you_mean(name, known));
      return;
    }
    const ModelSource* parent = resolve(key);
    if (!parent) return;
    if (parent->abstract) {
      take_fields(*parent, result);
      take_meta(*parent, own, result);
    } else {
      add_base(key.text(), result.model);
      for (std::string_view option : kFromConcrete) {
        take_option(*parent, std::string(option), result);
      }
    }
    take_behaviour(parent->model, result.model);
  }

  static void add_base(const std::string& base, ModelDef& model) {
    std::vector<std::string>& bases = model.bases;
    if (std::find(bases.begin(), bases.end(), base) == bases.end()) {
      bases.push_back(base);
    }
  }

  void take_fields(const ModelSource& parent, ModelSource& result) {
    const std::string abstract = parent.model.key().text();
    inherited_ += parent.model.fields.size();
    if (inherited_ > kMaxInherited) {
      throw Error("models.inherits",
                  fmt::format("models inherit more than {} fields from each "
                              "other",
                              kMaxInherited))
          .at(result.model.pos);
    }
    for (FieldDef field : parent.model.fields) {
      if (result.model.find_field(field.name)) continue;
      // What an abstract model says of itself is meant of its children.
      if (field.is_relation() && field.to() == abstract) {
        field.arguments.set("to", result.model.key().text());
      }
      result.model.fields.push_back(std::move(field));
    }
    for (const std::string& base : parent.model.bases) {
      add_base(base, result.model);
    }
    result.broken.insert(parent.broken.begin(), parent.broken.end());
  }

  void take_meta(const ModelSource& parent, const ModelSource& own,
                 ModelSource& result) {
    for (const auto& [name, value] : parent.model.options) {
      take_option(parent, name, result);
    }
    const auto is_new = [&](const std::string& name) {
      return own.nodes.find(name) == own.nodes.end();
    };
    if (is_new("indexes") && result.model.indexes.empty()) {
      result.model.indexes = parent.model.indexes;
      take_node(parent, "indexes", result);
    }
    if (is_new("constraints") && result.model.constraints.empty()) {
      result.model.constraints = parent.model.constraints;
      take_node(parent, "constraints", result);
    }
  }

  void take_option(const ModelSource& parent, const std::string& name,
                   ModelSource& result) {
    const Data* value = parent.model.options.find(name);
    if (!value || result.model.options.find(name)) return;
    result.model.options.set(name, *value);
    take_node(parent, name, result);
  }

  void take_node(const ModelSource& parent, const std::string& name,
                 ModelSource& result) {
    const auto node = parent.nodes.find(name);
    if (node != parent.nodes.end()) result.nodes.insert(*node);
  }

  void take_behaviour(const ModelDef& parent, ModelDef& model) {
    if (model.natural_key.empty()) model.natural_key = parent.natural_key;
    if (model.str.empty()) model.str = parent.str;
    if (model.soft_delete.empty()) model.soft_delete = parent.soft_delete;
    if (model.clean.empty()) model.clean = parent.clean;
    if (model.scopes.is_null()) model.scopes = parent.scopes;
    if (model.default_scope.is_null()) {
      model.default_scope = parent.default_scope;
    }
  }

  void take_own_fields(const ModelSource& own, ModelSource& result) {
    std::vector<FieldDef>& fields = result.model.fields;
    for (const std::string& name : own.removed) {
      const auto gone = [&](const FieldDef& field) {
        return field.name == name;
      };
      if (std::erase_if(fields, gone) == 0 && result.broken.count(name) == 0) {
        diagnostics_.add("models.inherits", own.model.pos,
                         fmt::format("model {}: there is no inherited field {} "
                                     "to remove",
                                     own.model.name, name));
      }
    }
    for (const FieldDef& field : own.model.fields) {
      std::erase_if(fields, [&](const FieldDef& inherited) {
        return inherited.name == field.name;
      });
      fields.push_back(field);
    }
  }

  /// What only a model with a table needs.
  void finish(ModelSource& source) {
    ModelDef& model = source.model;
    if (source.abstract) return;
    if (!model.proxy()) add_keys(source);
    if (model.options.find("order_with_respect_to")) {
      model.fields.push_back(order_field(model.pos));
    }
    expand_names(model);
  }

  /// A link to each parent with a table, and a primary key.
  void add_keys(ModelSource& source) {
    ModelDef& model = source.model;
    std::vector<FieldDef> links;
    bool has_key = model.primary_key() != nullptr;
    for (const std::string& base : model.bases) {
      FieldDef* declared = find_link(model, base);
      if (declared) {
        if (!has_key) declared->arguments.set("primary_key", true);
        has_key = true;
        continue;
      }
      const ModelKey parent = ModelKey::parse(base);
      links.push_back(parent_link(parent, reference(base), model.pos));
      if (has_key) {
        // A second parent's link is a plain unique column.
        links.back().arguments.erase("primary_key");
        links.back().arguments.erase("serialize");
      }
      has_key = true;
    }
    if (!has_key && model.find_field("id")) {
      diagnostics_.add("models.E004", model.find_field("id")->pos,
                       fmt::format("model {}: a field named id must be the "
                                   "primary key",
                                   model.name),
                       "add primary_key: true, or give it another name");
    } else if (!has_key) {
      links.push_back(automatic_id(key_type(source), model.pos));
    }
    model.fields.insert(model.fields.begin(), links.begin(), links.end());
  }

  /// As fields say it: the user model by its setting.
  std::string reference(const std::string& base) const {
    return normalise_reference(base, {{}, {}, {}, context_.auth_user_model});
  }

  FieldDef* find_link(ModelDef& model, const std::string& base) {
    for (FieldDef& field : model.fields) {
      if (field.kind() == FieldKind::kOneToOne && field.flag("parent_link") &&
          field.to() == reference(base)) {
        return &field;
      }
    }
    return nullptr;
  }

  std::string key_type(const ModelSource& source) const {
    return source.default_auto_field.empty() ? context_.default_auto_field
                                             : source.default_auto_field;
  }

  const ModelSources& sources_;
  const ModelsContext& context_;
  Diagnostics& diagnostics_;
  ModelSources done_;
  std::vector<ModelKey> path_;
  std::size_t inherited_ = 0;
};

}  // namespace

ModelSources inherit(const ModelSources& sources, const ModelsContext& context,
                     Diagnostics& diagnostics) {
  return Inheritance(sources, context, diagnostics).run();
}

}  // namespace manage::orm
