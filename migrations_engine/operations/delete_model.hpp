// DeleteModel: the table goes, with everything in it.
#pragma once

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class DeleteModel : public ModelOperation {
 public:
  using ModelOperation::ModelOperation;
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  std::string_view type() const override { return "DeleteModel"; }
  char symbol() const override { return '-'; }
  std::string describe() const override { return "Delete model " + name(); }
  std::string fragment() const override { return "delete_" + name_lower(); }
  Data to_data() const override { return DataMap{{"name", name()}}; }
  void state_forwards(std::string_view app, ProjectState& state) const override;
  void database_forwards(std::string_view app, orm::SchemaEditor& editor,
                         const ProjectState& from,
                         const ProjectState& to) const override;
  void database_backwards(std::string_view app, orm::SchemaEditor& editor,
                          const ProjectState& from,
                          const ProjectState& to) const override;
  /// The deleted model may have referred to any.
  std::optional<ModelNames> mentioned_models(std::string_view) const override {
    return std::nullopt;
  }
};

}  // namespace manage::migrations_engine
