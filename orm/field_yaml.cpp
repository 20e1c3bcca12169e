#include "orm/field_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/text.hpp"
#include "orm/field_checks.hpp"
#include "orm/field_values.hpp"
#include "orm/model_def.hpp"

namespace manage::orm {

namespace {

/// Under which codes the errors of an inner field are reported.
struct InnerCodes {
  std::string_view error, warning, kind;
};

InnerCodes inner_codes(const FieldType& type) {
  if (type.kind == FieldKind::kArray) {
    return {"postgres.E001", "postgres.W004", "postgres.E002"};
  }
  return {"fields.E223", "fields.W224", "fields.E223"};
}

/// Whether it holds values of another field type.
bool describes_field(const FieldType& type) {
  return std::any_of(type.arguments.begin(), type.arguments.end(),
                     [](const ArgumentSpec& spec) {
                       return spec.kind == ArgumentKind::kField;
                     });
}

const FieldType* read_type(const std::string& field, yaml::MapReader& reader,
                           Diagnostics& diagnostics) {
  const yaml::Node* node = reader.require("type");
  if (!node) return nullptr;
  const auto name =
      yaml::to_text(*node, "the type of field " + field, diagnostics);
  if (!name) return nullptr;
  if (const FieldType* type = find_field_type(*name)) return type;
  std::vector<std::string> names;
  for (const FieldType& type : field_types()) names.emplace_back(type.name);
  diagnostics.add(
      "fields.type", node->pos(),
      fmt::format("field {}: there is no field type {}", field, *name),
      text::did_you_mean(*name, names));
  return nullptr;
}

std::optional<Data> read_on_delete(const yaml::Node& node,
                                   std::string_view what,
                                   Diagnostics& diagnostics) {
  if (node.is_map() && node.entries.size() == 1 &&
      node.entries.front().key == "SET") {
    return yaml::to_data(node);
  }
  const auto action = yaml::to_text(node, what, diagnostics);
  if (!action) return std::nullopt;
  const std::vector<std::string>& known = on_delete_actions();
  if (std::find(known.begin(), known.end(), *action) != known.end()) {
    return Data(*action);
  }
  std::string hint = text::did_you_mean(text::upper(*action), known);
  if (hint.empty()) {
    hint = "use " + text::join(known, ", ") + " or {SET: value}";
  }
  diagnostics.add("fields.on-delete", node.pos(),
                  fmt::format("{} cannot be {}", what, *action),
                  std::move(hint));
  return std::nullopt;
}

std::optional<Data> read_integer(const yaml::Node& node, std::string_view what,
                                 Diagnostics& diagnostics) {
  const auto number = yaml::to_int(node, what, diagnostics);
  if (!number) return std::nullopt;
  if (*number > std::numeric_limits<int>::max() ||
      *number < std::numeric_limits<int>::min()) {
    diagnostics.add("yaml.type", node.pos(),
                    fmt::format("{} is out of range: {}", what, *number));
    return std::nullopt;
  }
  return Data(*number);
}

template <class T>
std::optional<Data> as_data(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return Data(*value);
}

/// The field that an argument describes; what is wrong with it is reported as
/// wrong with the field around it. nullptr after an error.
std::shared_ptr<const FieldDef> read_inner(std::string_view argument,
                                           const yaml::Node& node,
                                           const FieldDef& field,
                                           FieldContext context,
                                           Diagnostics& diagnostics) {
  const InnerCodes codes = inner_codes(*field.type);
  context.pos = node.pos();
  Diagnostics own;
  auto inner = read_field(std::string(argument), node, context, own);
  bool failed = !inner;
  for (const Diagnostic& one : own.all()) {
    const bool error = one.level >= Level::kError;
    failed = failed || error;
    std::string message = fmt::format("field {}: {}", field.name, one.message);
    if (error) {
      diagnostics.add(std::string(codes.error), one.where, std::move(message),
                      one.hint);
    } else {
      diagnostics.warn(std::string(codes.warning), one.where,
                       std::move(message), one.hint);
    }
  }
  if (failed) return nullptr;
  if (inner->is_relation() || !inner->has_column() || inner->is_generated()) {
    diagnostics.add(std::string(codes.kind), node.pos(),
                    fmt::format("field {}: {} cannot be a {}", field.name,
                                argument, inner->type->name));
    return nullptr;
  }
  return std::make_shared<const FieldDef>(std::move(*inner));
}

/// One argument's value, normalised; nullopt after a diagnostic.
std::optional<Data> read_argument(const ArgumentSpec& spec,
                                  const yaml::Node& node, FieldDef& field,
                                  const FieldContext& context,
                                  Diagnostics& diagnostics) {
  const std::string what = fmt::format("{} of field {}", spec.name, field.name);
  switch (spec.kind) {
    case ArgumentKind::kBool:
      return as_data(yaml::to_bool(node, what, diagnostics));
    case ArgumentKind::kInt:
      return read_integer(node, what, diagnostics);
    case ArgumentKind::kText:
      return as_data(yaml::to_text(node, what, diagnostics));
    case ArgumentKind::kFieldValue:
      return read_default(node, field, what, diagnostics);
    case ArgumentKind::kDbDefault:
      return read_db_default(node, field, what, diagnostics);
    case ArgumentKind::kField:
      field.inner = read_inner(spec.name, node, field, context, diagnostics);
      if (!field.inner) return std::nullopt;
      return field_to_data(*field.inner);
    case ArgumentKind::kTexts:
      return as_data(yaml::to_texts(node, what, diagnostics));
    case ArgumentKind::kChoices:
      return read_choices(node, field, what, diagnostics);
    case ArgumentKind::kOnDelete:
      return read_on_delete(node, what, diagnostics);
    case ArgumentKind::kModel: {
      const auto reference = yaml::to_text(node, what, diagnostics);
      if (!reference) return std::nullopt;
      return Data(normalise_reference(*reference, context));
    }
    case ArgumentKind::kData:
      return yaml::to_data(node);
  }
  return std::nullopt;
}

void read_arguments(yaml::MapReader& reader, FieldDef& field,
                    const FieldContext& context, Diagnostics& diagnostics) {
  for (const ArgumentSpec* spec : arguments_of(*field.type)) {
    const yaml::Node* node = reader.get(spec->name);
    if (!node) continue;
    const bool is_default = spec->kind == ArgumentKind::kFieldValue ||
                            spec->kind == ArgumentKind::kDbDefault;
    // Null is "not given" wherever that is what leaving it out means; for
    // defaults it is a value.
    if (!is_default && node->is_null() && spec->default_value.is_null()) {
      continue;
    }
    const auto value = read_argument(*spec, *node, field, context, diagnostics);
    if (value && (is_default || *value != spec->default_value)) {
      field.arguments.set(std::string(spec->name), *value);
    }
  }
}

bool is_integer(const FieldType& type) {
  switch (type.kind) {
    case FieldKind::kInteger:
    case FieldKind::kBigInteger:
    case FieldKind::kSmallInteger:
    case FieldKind::kPositiveInteger:
    case FieldKind::kPositiveBigInteger:
    case FieldKind::kPositiveSmallInteger:
      return true;
    default:
      return type.automatic;
  }
}

/// Integers have no length, but Django takes one and warns.
void skip_length(yaml::MapReader& reader, const FieldDef& field,
                 Diagnostics& diagnostics) {
  if (!is_integer(*field.type)) return;
  const yaml::Node* node = reader.get("max_length");
  if (!node) return;
  diagnostics.warn(
      "fields.W122", node->pos(),
      fmt::format("field {}: an integer has no max_length", field.name),
      "take it out; MaxValueValidator limits the number");
}

/// Drops what another argument implies, as Django's fields do.
void drop_implied(FieldDef& field) {
  if (field.flag("auto_now") || field.flag("auto_now_add")) {
    field.arguments.erase("editable");
    field.arguments.erase("blank");
  }
}

}  // namespace

const std::vector<std::string>& on_delete_actions() {
  static const std::vector<std::string> kActions = {
      "CASCADE",  "PROTECT",     "RESTRICT",
      "SET_NULL", "SET_DEFAULT", "DO_NOTHING"};
  return kActions;
}

std::string normalise_reference(std::string_view reference,
                                const FieldContext& context) {
  if (reference == "auth_user_model") return std::string(reference);
  ModelKey key = reference == "self"
                     ? ModelKey{context.app, text::lower(context.model)}
                     : ModelKey::parse(reference);
  if (key.app.empty()) key.app = context.app;
  if (!context.auth_user_model.empty() &&
      key == ModelKey::parse(context.auth_user_model)) {
    return "auth_user_model";
  }
  return key.text();
}

std::optional<FieldDef> read_field(std::string name, const yaml::Node& node,
                                   const FieldContext& context,
                                   Diagnostics& diagnostics) {
  yaml::MapReader reader(node, "field " + name, diagnostics);
  if (!reader.ok()) return std::nullopt;
  FieldDef field;
  field.type = read_type(name, reader, diagnostics);
  if (!field.type) return std::nullopt;
  field.name = std::move(name);
  field.pos = context.pos ? context.pos : node.pos();

  read_arguments(reader, field, context, diagnostics);
  drop_implied(field);
  if (context.declaration) {
    skip_length(reader, field, diagnostics);
    if (const yaml::Node* old = reader.get("renamed_from")) {
      field.renamed_from =
          yaml::to_text(*old, "renamed_from of field " + field.name,
                        diagnostics)
              .value_or("");
    }
  }
  reader.finish();
  check_required_arguments(field, node, diagnostics);
  if (context.declaration) check_field(field, node, diagnostics);
  // Nobody can use it without; that is reported already.
  if (describes_field(*field.type) && !field.inner) return std::nullopt;
  return field;
}

Data field_to_data(const FieldDef& field) {
  DataMap map;
  map.set("type", field.type->name);
  for (const ArgumentSpec* spec : arguments_of(*field.type)) {
    if (const Data* value = field.arguments.find(spec->name)) {
      map.set(std::string(spec->name), *value);
    }
  }
  return map;
}

}  // namespace manage::orm
