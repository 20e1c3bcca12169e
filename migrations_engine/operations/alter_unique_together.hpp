// AlterUniqueTogether: the whole of meta.unique_together.
#pragma once

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class AlterUniqueTogether : public ModelOptionOperation {
 public:
  AlterUniqueTogether(std::string name,
                      std::vector<std::vector<std::string>> lists);
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  /// Sets the option of a model.
  void apply(orm::ModelDef& model) const;

  std::string_view type() const override { return "AlterUniqueTogether"; }
  char symbol() const override { return '~'; }
  std::string describe() const override;
  std::string fragment() const override;
  Data to_data() const override;
  void state_forwards(std::string_view app, ProjectState& state) const override;
  void database_forwards(std::string_view app, orm::SchemaEditor& editor,
                         const ProjectState& from,
                         const ProjectState& to) const override;
  void database_backwards(std::string_view app, orm::SchemaEditor& editor,
                          const ProjectState& from,
                          const ProjectState& to) const override;
  bool references_field(std::string_view model, std::string_view field,
                        std::string_view app) const override;

 private:
  std::vector<std::vector<std::string>> lists_;
};

}  // namespace manage::migrations_engine
