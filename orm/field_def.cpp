#include "orm/field_def.hpp"

#include <algorithm>

namespace manage::orm {

namespace {

/// What an argument is: as given, else the type's default; nullptr if the type
/// does not take it.
const Data* effective(const FieldDef& field, std::string_view argument) {
  if (const Data* given = field.arguments.find(argument)) return given;
  const ArgumentSpec* spec = find_argument(*field.type, argument);
  return spec ? &spec->default_value : nullptr;
}

DataMap compared_arguments(const FieldDef& field, bool track_non_db) {
  if (track_non_db) return field.arguments;
  DataMap kept;
  for (const auto& [name, value] : field.arguments) {
    const ArgumentSpec* spec = find_argument(*field.type, name);
    if (!spec || !spec->label_only) kept.set(name, value);
  }
  return kept;
}

}  // namespace

bool FieldDef::unique() const {
  return flag("unique") || primary_key() || kind() == FieldKind::kOneToOne;
}

bool FieldDef::filled_by_database() const {
  return type->automatic || is_generated() ||
         (has_db_default() && !has_default());
}

bool FieldDef::db_index() const { return flag("db_index"); }

bool FieldDef::db_constraint() const { return flag("db_constraint"); }

std::optional<int> FieldDef::max_length() const {
  const Data* value = effective(*this, "max_length");
  const std::int64_t* number = value ? value->integer() : nullptr;
  if (!number) return std::nullopt;
  return static_cast<int>(*number);
}

int FieldDef::integer(std::string_view argument, int otherwise) const {
  const Data* value = effective(*this, argument);
  const std::int64_t* number = value ? value->integer() : nullptr;
  return number ? static_cast<int>(*number) : otherwise;
}

std::string FieldDef::text(std::string_view argument) const {
  const Data* value = effective(*this, argument);
  const std::string* text = value ? value->text() : nullptr;
  return text ? *text : std::string();
}

bool FieldDef::flag(std::string_view argument) const {
  const Data* value = effective(*this, argument);
  const bool* flag = value ? value->boolean() : nullptr;
  return flag && *flag;
}

std::string FieldDef::attname() const {
  return is_relation() && has_column() ? name + "_id" : name;
}

std::string FieldDef::column() const {
  if (!has_column()) return {};
  const std::string given = text("db_column");
  return given.empty() ? attname() : given;
}

bool FieldDef::same_definition(const FieldDef& other, bool track_non_db) const {
  return type == other.type && compared_arguments(*this, track_non_db) ==
                                   compared_arguments(other, track_non_db);
}

}  // namespace manage::orm
