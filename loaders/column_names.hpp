// The names by which a file may call the columns of a model.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loaders/import_plan.hpp"
#include "orm/model_def.hpp"

namespace manage::loaders {

class ColumnNames {
 public:
  /// Both outlive this.
  ColumnNames(const orm::ModelSet& models, const orm::ModelDef& model)
      : models_(models), model_(model) {}

  /// The column that `name` means; nullopt if there is none, and then
  /// `problem` may say why ("tags is a many-to-many field, …").
  std::optional<PlannedField> find(std::string_view name,
                                   std::string& problem) const;
  /// The column of that field itself. Throws Error "models.unknown" for a
  /// foreign key to a model that does not exist.
  PlannedField planned(const orm::FieldDef& field) const;
  /// Every name, for suggestions; of foreign keys the short ones.
  std::vector<std::string> all() const;

 private:
  std::optional<PlannedField> find_related(const orm::FieldDef& field,
                                           std::string_view lookup,
                                           std::string& problem) const;
  const orm::FieldDef* find_own(std::string_view name) const;

  const orm::ModelSet& models_;
  const orm::ModelDef& model_;
};

}  // namespace manage::loaders
