// manage help models [FIELD_TYPE], from the tables of field types and options.
#include <fmt/format.h>

#include <algorithm>

#include "commands/topics.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "core/yaml.hpp"
#include "orm/field_def.hpp"
#include "orm/meta_yaml.hpp"
#include "orm/query/definition.hpp"

namespace manage::commands {

namespace {

using orm::ArgumentKind;
using orm::ArgumentSpec;
using orm::FieldType;
using orm::OptionKind;

std::string_view kind_name(ArgumentKind kind) {
  switch (kind) {
    case ArgumentKind::kBool:
      return "true or false";
    case ArgumentKind::kInt:
      return "an integer";
    case ArgumentKind::kText:
      return "text";
    case ArgumentKind::kTexts:
      return "a list of texts";
    case ArgumentKind::kFieldValue:
      return "a value of the field, or {call: now} and the like";
    case ArgumentKind::kDbDefault:
      return "a value of the field, or an expression such as {Now: []}";
    case ArgumentKind::kModel:
      return "a model: Model, app.Model, self or auth_user_model";
    case ArgumentKind::kOnDelete:
      return "CASCADE, PROTECT, RESTRICT, SET_NULL, SET_DEFAULT, DO_NOTHING or "
             "{SET: value}";
    case ArgumentKind::kChoices:
      return "values, [value, label] pairs, or a map";
    default:
      return "any value";
  }
}

std::string_view kind_name(OptionKind kind) {
  switch (kind) {
    case OptionKind::kBool:
      return "true or false";
    case OptionKind::kText:
      return "text";
    case OptionKind::kTexts:
      return "a list of texts";
    case OptionKind::kTogether:
      return "a list of fields, or a list of such lists";
    case OptionKind::kOrdering:
      return "a list of fields, with - for descending";
    case OptionKind::kPermissions:
      return "a list of [codename, name] pairs";
    default:
      return "any value";
  }
}

cli::Definition definition(const ArgumentSpec& argument) {
  std::string meaning(kind_name(argument.kind));
  if (!argument.default_value.is_null()) {
    meaning +=
        fmt::format(" (default: {})", yaml::write_flow(argument.default_value));
  }
  return {std::string(argument.name), std::move(meaning)};
}

bool is_own(const FieldType& type, const ArgumentSpec& argument) {
  return std::any_of(
      type.arguments.begin(), type.arguments.end(),
      [&](const ArgumentSpec& own) { return own.name == argument.name; });
}

/// What every type takes: the arguments of a type that has none of its own.
cli::Section common_arguments() {
  cli::Section section{"Arguments of every field"};
  for (const FieldType& type : orm::field_types()) {
    if (!type.arguments.empty()) continue;
    for (const ArgumentSpec* argument : orm::arguments_of(type)) {
      section.definitions.push_back(definition(*argument));
    }
    break;
  }
  return section;
}

cli::Section model_keys() {
  return {"Keys of a model",
          {},
          "",
          {{"fields", "a map of names and fields"},
           {"meta", "options, see below"},
           {"abstract", "true: no table, only for others to inherit from"},
           {"inherits", "a model or a list of them"},
           {"proxy", "true: the table of the model it inherits from"},
           {"managed", "false: migrations leave its table alone"},
           {"natural_key", "fields that name a row in fixtures"},
           {"str", "how a row is shown: \"{title}\""},
           {"scopes, default_scope", "named filters"},
           {"soft_delete", "the field that marks a row as deleted"},
           {"clean", "the function that judges a record: {lua: …}"},
           {"renamed_from", "the model's name before"}}};
}

cli::Section type_list() {
  cli::Section section{"Field types, and arguments of their own"};
  for (const FieldType& type : orm::field_types()) {
    std::vector<std::string> names;
    for (const ArgumentSpec& argument : type.arguments) {
      names.emplace_back(argument.name);
    }
    section.definitions.push_back(
        {std::string(type.name), text::join(names, ", ")});
  }
  return section;
}

cli::Section meta_options() {
  cli::Section section{"Options in meta"};
  for (const orm::OptionSpec& option : orm::model_option_specs()) {
    section.definitions.push_back(
        {std::string(option.name), std::string(kind_name(option.kind))});
  }
  section.definitions.push_back(
      {"indexes", "a list of {fields: […], name: …, type: GinIndex}"});
  section.definitions.push_back(
      {"constraints",
       "a list of {type: CheckConstraint, condition: {…}, name: …}, "
       "UniqueConstraint with fields, ExclusionConstraint with expressions"});
  return section;
}

cli::Section example() {
  return {"Example",
          {},
          "models:\n"
          "  Author:\n"
          "    fields:\n"
          "      name: {type: CharField, max_length: 100}\n"
          "  Book:\n"
          "    fields:\n"
          "      title: {type: CharField, max_length: 200}\n"
          "      author: {type: ForeignKey, to: Author, on_delete: CASCADE}\n"
          "      published: {type: DateField, null: true, blank: true}\n"
          "    meta:\n"
          "      ordering: [-published, title]"};
}

}  // namespace

cli::Page models_page() {
  return {"models",
          "The models of an app, in its models.yaml",
          "",
          {example(),
           model_keys(),
           type_list(),
           common_arguments(),
           meta_options(),
           {"Expressions", {text::join(orm::definition_classes(), ", ")}},
           {"",
            {"manage help models TYPE tells what a field type takes; manage "
             "check says what is wrong with the models."}}}};
}

std::vector<std::string> models_entries() {
  std::vector<std::string> names;
  for (const FieldType& type : orm::field_types())
    names.emplace_back(type.name);
  return names;
}

cli::Page field_type_page(const std::string& name) {
  const FieldType* type = orm::find_field_type(name);
  if (!type) {
    std::string hint = text::did_you_mean(name, models_entries());
    if (hint.empty()) hint = "manage help models lists the field types";
    throw usage_error(fmt::format("there is no field type {}", name), hint);
  }
  cli::Section own{"Arguments of its own"}, common{"Arguments of every field"};
  for (const ArgumentSpec* argument : orm::arguments_of(*type)) {
    cli::Section& section = is_own(*type, *argument) ? own : common;
    section.definitions.push_back(definition(*argument));
  }
  cli::Page page{name, name + ", a field type"};
  for (const cli::Section* section : {&own, &common})
    if (!section->definitions.empty()) page.sections.push_back(*section);
  return page;
}

}  // namespace manage::commands
