// AlterModelOptions: Meta options that no other operation covers. They never
// change the database.
#pragma once

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class AlterModelOptions : public ModelOptionOperation {
 public:
  AlterModelOptions(std::string name, DataMap options);
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  /// Sets its options on a model; those it covers and lacks are removed.
  void apply(orm::ModelDef& model) const;
  /// The options it covers (Django's ALTER_OPTION_KEYS).
  static const std::vector<std::string>& keys();

  std::string_view type() const override { return "AlterModelOptions"; }
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

 private:
  DataMap options_;
};

}  // namespace manage::migrations_engine
