// CreateModel: a table, with its columns, indexes and constraints.
#pragma once

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class CreateModel : public ModelOperation {
 public:
  /// The app of `model` is set by the app it is applied to.
  explicit CreateModel(orm::ModelDef model);
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  const orm::ModelDef& model() const { return model_; }

  std::string_view type() const override { return "CreateModel"; }
  char symbol() const override { return '+'; }
  std::string describe() const override;
  std::string fragment() const override { return name_lower(); }
  Data to_data() const override;
  void state_forwards(std::string_view app, ProjectState& state) const override;
  void database_forwards(std::string_view app, orm::SchemaEditor& editor,
                         const ProjectState& from,
                         const ProjectState& to) const override;
  void database_backwards(std::string_view app, orm::SchemaEditor& editor,
                          const ProjectState& from,
                          const ProjectState& to) const override;
  std::optional<ModelNames> mentioned_models(
      std::string_view app) const override;
  Reduction reduce(const Operation& later, std::string_view app) const override;

 private:
  /// Whether the operation sets an option or the name of `model`; then it has.
  static bool fold_option(const Operation& later, orm::ModelDef& model);
  void follow_own_name(orm::ModelDef& folded, std::string_view app) const;
  /// `own` is the model's key.
  Reduction fold_field(const FieldOperation& later,
                       const orm::ModelKey& own) const;
  Reduction fold_index(const IndexOperation& later) const;

  orm::ModelDef model_;
};

}  // namespace manage::migrations_engine
