#include "loaders/column_names.hpp"

#include <fmt/format.h>

#include "orm/column_types.hpp"

namespace manage::loaders {

using orm::FieldDef;

PlannedField ColumnNames::planned(const FieldDef& field) const {
  PlannedField planned;
  planned.field = &field;
  planned.reads = &orm::value_field(field, models_);
  if (!field.is_relation()) return planned;
  planned.related = &models_.target(field);
  planned.target = planned.lookup = &models_.target_field(field);
  planned.to_self = planned.related->key() == model_.key();
  return planned;
}

const FieldDef* ColumnNames::find_own(std::string_view name) const {
  for (const FieldDef& field : model_.fields) {
    if (field.name == name) return &field;
  }
  for (const FieldDef* field : model_.columns()) {
    if (field->attname() == name || field->column() == name) return field;
  }
  return nullptr;
}

std::optional<PlannedField> ColumnNames::find(std::string_view name,
                                              std::string& problem) const {
  if (const FieldDef* field = find_own(name)) {
    if (field->is_generated()) {
      problem = fmt::format("{} of {} is computed by the database", field->name,
                            model_.label());
      return std::nullopt;
    }
    if (field->has_column()) return planned(*field);
    problem = fmt::format("{} of {} is a {}, which an import does not take",
                          field->name, model_.label(), field->type->name);
    return std::nullopt;
  }
  std::size_t split = name.find("__");
  if (split == std::string_view::npos) return std::nullopt;
  const FieldDef* field = find_own(name.substr(0, split));
  if (!field) return std::nullopt;
  return find_related(*field, name.substr(split + 2), problem);
}

std::optional<PlannedField> ColumnNames::find_related(
    const FieldDef& field, std::string_view lookup,
    std::string& problem) const {
  if (!field.has_column() || !field.is_relation()) {
    problem = fmt::format("{} of {} is not a foreign key", field.name,
                          model_.label());
    return std::nullopt;
  }
  PlannedField found = planned(field);
  const FieldDef* by = nullptr;
  for (const FieldDef* other : found.related->columns()) {
    if (other->name == lookup || other->attname() == lookup) by = other;
  }
  if (lookup == "pk") by = found.related->primary_key();
  if (!by) {
    problem = fmt::format("{} has no field {} to look {} up by",
                          found.related->label(), lookup, field.name);
    return std::nullopt;
  }
  found.lookup = by;
  found.reads = &orm::value_field(*by, models_);
  return found;
}

std::vector<std::string> ColumnNames::all() const {
  std::vector<std::string> names;
  for (const FieldDef* field : model_.columns()) {
    if (field->is_generated()) continue;
    names.push_back(field->name);
    if (field->attname() != field->name) names.push_back(field->attname());
  }
  return names;
}

}  // namespace manage::loaders
