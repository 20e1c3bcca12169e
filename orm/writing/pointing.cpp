#include "orm/writing/pointing.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "orm/column_types.hpp"
#include "orm/writing/row_values.hpp"

namespace manage::orm {

std::string on_delete(const FieldDef& field) {
  const Data* given = field.arguments.find("on_delete");
  if (given && given->map()) return "SET";
  return given && given->text() ? *given->text() : "CASCADE";
}

Value replacement(const FieldDef& field, const ModelSet& models,
                  Callables* callables) {
  const FieldDef& own = value_field(field, models);
  const Data* given = field.arguments.find("on_delete");
  if (!given || !given->map()) {
    return FieldDefaults(models).initial(field, own, callables);
  }
  FieldDef set = field;
  set.arguments.set("default", *given->map()->find("SET"));
  return FieldDefaults(models).initial(set, own, callables);
}

std::string name_of(const Model::Incoming& by) {
  return fmt::format("{}.{}", by.model->label(), by.field->name);
}

void add_line(const Model& model, std::vector<const Model*>& line) {
  line.push_back(&model);
  for (const Model::Parent& parent : model.parents()) {
    add_line(parent.model->concrete(), line);
  }
}

std::vector<std::string> names_to_follow(const Model& model) {
  std::vector<const Model*> line;
  add_line(model, line);
  std::vector<std::string> names;
  for (const Model* one : line) {
    for (const FieldDef* key : one->key_columns()) {
      names.push_back(key->attname());
    }
    for (const Model::Parent& parent : one->parents()) {
      names.push_back(parent.link->attname());
    }
    for (const Model::Incoming& by : one->incoming()) {
      names.push_back(by.target->attname());
    }
  }
  return names;
}

std::vector<const Model::Incoming*> pointing_to(const Model& model,
                                                bool keep_parents) {
  std::vector<const Model*> line;
  add_line(model, line);
  std::vector<const Model::Incoming*> found;
  for (const Model* one : line) {
    if (keep_parents && one != &model) break;
    for (const Model::Incoming& by : one->incoming()) {
      const bool link = one != &model && by.field->flag("parent_link");
      if (!link) found.push_back(&by);
    }
  }
  return found;
}

void refuse_deletion(const std::string& code, const Model& model,
                     std::vector<std::string> fields, Records records) {
  const std::string list = text::join(fields, ", ");
  ProtectedError error(
      code, fmt::format("{} cannot be deleted: {} of {} {} it", model.label(),
                        list, text::count(records.size(), "row"),
                        code == "delete.protected" ? "protects" : "restricts"));
  error.hint("delete or change first what points to it");
  error.fields = std::move(fields);
  error.records = std::move(records);
  throw ProtectedError(error);
}

}  // namespace manage::orm
