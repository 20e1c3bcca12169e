// Checks of GenericForeignKey and GenericRelation: contenttypes.E001 to E004,
// fields.E300, E303, E305, E347.
#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "orm/check_context.hpp"

namespace manage::orm {

namespace {

/// Reports the field that `argument` names, if there is none; nullptr then.
const FieldDef* find_part(CheckContext& context, const ModelDef& model,
                          const FieldDef& key, std::string_view argument,
                          std::string code) {
  const std::string name = key.text(argument);
  const FieldDef* part = context.models.find_field(model, name);
  if (part || context.source(model).broken.count(name) > 0) return part;
  context.report(std::move(code), key.pos,
                 fmt::format("{}.{}: {} names {}, but there is no such field",
                             model.label(), key.name, argument, name),
                 text::did_you_mean(name, context.models.field_names(model)));
  return nullptr;
}

void check_key(CheckContext& context, const ModelDef& model,
               const FieldDef& key) {
  find_part(context, model, key, "fk_field", "contenttypes.E001");
  const FieldDef* type =
      find_part(context, model, key, "ct_field", "contenttypes.E002");
  if (!type) return;
  const std::string hint = fmt::format(
      "{}: {{type: ForeignKey, to: contenttypes.ContentType, "
      "on_delete: CASCADE}}",
      type->name);
  const auto report = [&](std::string code, std::string_view problem) {
    context.report(std::move(code), key.pos,
                   fmt::format("{}.{}: {} {}", model.label(), key.name,
                               type->name, problem),
                   hint);
  };
  if (type->kind() != FieldKind::kForeignKey) {
    report("contenttypes.E003", "is no ForeignKey");
  } else if (context.models.resolve(type->to()) !=
             ModelKey{"contenttypes", "contenttype"}) {
    report("contenttypes.E004", "does not point to contenttypes.ContentType");
  }
}

bool is_key_of(const FieldDef& key, const FieldDef& relation) {
  return key.kind() == FieldKind::kGenericForeignKey &&
         key.text("ct_field") == relation.text("content_type_field") &&
         key.text("fk_field") == relation.text("object_id_field");
}

/// Whether its way back has the name of another one.
bool is_taken(CheckContext& context, const ModelDef& target,
              const FieldDef& relation) {
  const std::string name = relation.text("related_query_name");
  if (context.find_reverse(target, name)) return true;
  for (const auto& [key, model] : context.models.all()) {
    for (const FieldDef& other : model->fields) {
      if (&other != &relation && other.kind() == FieldKind::kGenericRelation &&
          other.text("related_query_name") == name &&
          context.target(other) == &target) {
        return true;
      }
    }
  }
  return false;
}

void check_generic_relation(CheckContext& context, const ModelDef& model,
                            const FieldDef& relation) {
  const auto report = [&](std::string code, const std::string& problem,
                          std::string hint) {
    context.report(
        std::move(code), relation.pos,
        fmt::format("{}.{}: {}", model.label(), relation.name, problem),
        std::move(hint));
  };
  const ModelDef* target = context.target(relation);
  if (!target) {
    const ModelKey key = context.models.resolve(relation.to());
    if (context.project.unread.count(key.app) > 0) return;
    std::vector<std::string> labels;
    for (const auto& [other, known] : context.models.all()) {
      labels.push_back(other.text());
    }
    return report("fields.E300", "there is no model " + key.text(),
                  text::did_you_mean(key.text(), labels));
  }
  const bool known = std::any_of(
      target->fields.begin(), target->fields.end(),
      [&](const FieldDef& key) { return is_key_of(key, relation); });
  if (!known) {
    report("contenttypes.E004",
           fmt::format("{} has no GenericForeignKey of {} and {}",
                       target->label(), relation.text("content_type_field"),
                       relation.text("object_id_field")),
           "name its fields by content_type_field and object_id_field");
  }
  if (!model.composite_key().empty()) {
    report("fields.E347", "a CompositePrimaryKey is no object_id",
           "give the model a key of one column");
  }
  const std::string back = relation.text("related_query_name");
  if (!back.empty() && context.models.find_field(*target, back)) {
    report("fields.E303",
           fmt::format("related_query_name {} is a field of {}", back,
                       target->label()),
           "choose another one");
  } else if (!back.empty() && is_taken(context, *target, relation)) {
    report("fields.E305",
           fmt::format("related_query_name {} leads to {} from another "
                       "relation too",
                       back, target->label()),
           "choose another one");
  }
}

}  // namespace

void check_generic_keys(CheckContext& context, const ModelDef& model) {
  for (const FieldDef& field : model.fields) {
    if (field.kind() == FieldKind::kGenericForeignKey) {
      check_key(context, model, field);
    } else if (field.kind() == FieldKind::kGenericRelation) {
      check_generic_relation(context, model, field);
    }
  }
}

}  // namespace manage::orm
