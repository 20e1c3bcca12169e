#include "orm/relation_names.hpp"

#include "core/text.hpp"

namespace manage::orm {

namespace {

/// What related_name and default_related_name say, or empty.
std::string given_related_name(const ModelDef& model, const FieldDef& field) {
  std::string name = field.text("related_name");
  const Data* option = model.options.find("default_related_name");
  if (name.empty() && option && option->text()) {
    name = *option->text();
    name = text::replace_all(name, "%(app_label)s", text::lower(model.app));
    name = text::replace_all(name, "%(class)s", model.key().model);
    name = text::replace_all(name, "%(model_name)s", model.key().model);
  }
  return name;
}

}  // namespace

std::string query_name(const ModelDef& model, const FieldDef& field) {
  std::string given = field.text("related_query_name");
  if (!given.empty()) return given;
  const std::string related = given_related_name(model, field);
  return related.empty() ? model.key().model : related;
}

std::string accessor_name(const ModelDef& model, const FieldDef& field) {
  std::string given = given_related_name(model, field);
  if (!given.empty()) return given;
  return field.kind() == FieldKind::kOneToOne ? model.key().model
                                              : model.key().model + "_set";
}

bool is_hidden(const ModelDef& model, const FieldDef& field) {
  const std::string name = given_related_name(model, field);
  return (!name.empty() && name.back() == '+') || is_symmetrical(model, field);
}

std::string parent_link_name(const ModelKey& parent) {
  return parent.model + "_ptr";
}

bool is_symmetrical(const ModelDef& model, const FieldDef& field) {
  if (field.kind() != FieldKind::kManyToMany) return false;
  if (field.to() != model.key().text()) return false;
  const Data* given = field.arguments.find("symmetrical");
  return !given || *given == Data(true);
}

}  // namespace manage::orm
