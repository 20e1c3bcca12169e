#include "orm/json_schema.hpp"

#include "core/json_schema.hpp"
#include "orm/field_def.hpp"
#include "orm/field_yaml.hpp"
#include "orm/meta_yaml.hpp"
#include "orm/part_types.hpp"

namespace manage::orm {

namespace {

namespace js = json_schema;

Data argument_schema(const ArgumentSpec& spec) {
  switch (spec.kind) {
    case ArgumentKind::kBool:
      return js::boolean();
    case ArgumentKind::kInt:
      return js::integer();
    case ArgumentKind::kText:
    case ArgumentKind::kModel:
      return js::text();
    case ArgumentKind::kOnDelete:
      return js::either({js::choice(on_delete_actions()),
                         js::Object().required("SET", js::anything()).build()});
    case ArgumentKind::kChoices:
      return js::either({js::list(js::anything()), js::map(js::anything())});
    case ArgumentKind::kField:
      return js::reference("field");
    case ArgumentKind::kTexts:
      return js::list_or_one(js::text());
    case ArgumentKind::kFieldValue:
    case ArgumentKind::kDbDefault:
    case ArgumentKind::kData:
      break;
  }
  return js::anything();
}

Data field_schema(const FieldType& type) {
  js::Object field;
  field.required("type", DataMap{{"const", type.name}});
  for (const ArgumentSpec* spec : arguments_of(type)) {
    Data schema = argument_schema(*spec);
    field.key(spec->name, schema == js::anything()
                              ? schema
                              : js::or_null(std::move(schema)));
  }
  field.key("renamed_from", js::text());
  return field.build();
}

Data part_argument_schema(PartKind kind) {
  switch (kind) {
    case PartKind::kBool:
      return js::boolean();
    case PartKind::kInt:
      return js::integer();
    case PartKind::kInts:
      return js::list(js::integer());
    case PartKind::kText:
      return js::text();
    case PartKind::kTexts:
      return js::list_or_one(js::text());
    case PartKind::kQ:
      return js::reference("Q");
    case PartKind::kList:
    case PartKind::kExclusions:
      break;
  }
  return js::anything();
}

Data part_schema(const std::vector<PartType>& types, bool type_required) {
  DataList schemas;
  for (const PartType& type : types) {
    js::Object part;
    Data name = DataMap{{"const", type.name}};
    if (type_required || type.name != "Index") {
      part.required("type", std::move(name));
    } else {
      part.key("type", std::move(name));
    }
    for (const PartSpec& spec : type.arguments) {
      part.key(spec.name, part_argument_schema(spec.kind));
    }
    schemas.push_back(part.build());
  }
  return js::either(std::move(schemas));
}

Data option_schema(const OptionSpec& option) {
  switch (option.kind) {
    case OptionKind::kBool:
      return js::boolean();
    case OptionKind::kText:
      return js::text();
    case OptionKind::kTexts:
      return js::list_or_one(js::text());
    case OptionKind::kTogether:
      return js::list(js::list_or_one(js::text()));
    case OptionKind::kOrdering:
      return js::list_or_one(js::anything());
    case OptionKind::kPermissions:
      break;
  }
  return js::list(js::list(js::text()));
}

Data meta_schema(const std::vector<OptionSpec>& options) {
  js::Object meta;
  for (const OptionSpec& option : options) {
    meta.key(option.name, js::or_null(option_schema(option)));
  }
  meta.key("indexes", js::list(js::reference("index")));
  meta.key("constraints", js::list(js::reference("constraint")));
  return js::or_null(meta.build());
}

Data scope_schema(bool is_default) {
  js::Object scope;
  scope.key("filter", js::reference("Q")).key("exclude", js::reference("Q"));
  if (!is_default) {
    scope.key("order_by", js::list_or_one(js::anything()));
    scope.key("limit", js::integer());
  }
  return js::or_null(scope.build());
}

Data model_schema() {
  js::Object model;
  model.key("fields", js::or_null(js::map(js::or_null(js::reference("field")))))
      .key("meta", js::reference("meta"))
      .key("abstract", js::boolean())
      .key("inherits", js::list_or_one(js::text()))
      .key("proxy", js::boolean())
      .key("managed", js::boolean())
      .key("natural_key", js::list(js::text()))
      .key("str", js::text())
      .key("scopes", js::or_null(js::map(scope_schema(false))))
      .key("default_scope", scope_schema(true))
      .key("soft_delete", js::text())
      .key("clean", js::Object().required("lua", js::text()).build())
      .key("renamed_from", js::text());
  return js::or_null(model.build());
}

}  // namespace

DataMap json_schema_definitions() {
  DataMap definitions;
  DataList fields;
  for (const FieldType& type : field_types()) {
    definitions.set(std::string(type.name), field_schema(type));
    fields.push_back(js::reference(type.name));
  }
  definitions.set("field", js::either(std::move(fields)));
  definitions.set("index", part_schema(index_types(), false));
  definitions.set("constraint", part_schema(constraint_types(), true));
  definitions.set("meta", meta_schema(model_option_specs()));
  definitions.set("Q", js::described(js::map(js::anything()),
                                     "Lookups that must all hold, and or, and, "
                                     "xor, not"));
  return definitions;
}

Data history_options_json_schema() { return meta_schema(option_specs()); }

Data models_json_schema() {
  Data root = js::Object()
                  .key("models", js::or_null(js::map(js::reference("model"))))
                  .build();
  DataMap definitions = json_schema_definitions();
  definitions.set("model", model_schema());
  return js::document("models.yaml of a manage app", root,
                      std::move(definitions));
}

}  // namespace manage::orm
