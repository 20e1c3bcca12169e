// Checks of GenericForeignKey: contenttypes.E001 to E004.
#include <fmt/format.h>

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

}  // namespace

void check_generic_keys(CheckContext& context, const ModelDef& model) {
  for (const FieldDef& field : model.fields) {
    if (field.kind() == FieldKind::kGenericForeignKey) {
      check_key(context, model, field);
    }
  }
}

}  // namespace manage::orm
