// RenameIndex: another name for an index, which need not be built again; or a
// name for an index of index_together.
#pragma once

#include <optional>

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class RenameIndex : public IndexOperation {
 public:
  RenameIndex(std::string model_name, std::string new_name,
              std::optional<std::string> old_name,
              std::vector<std::string> old_fields);
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  const std::string& new_name() const { return new_name_; }
  /// nullopt if the index had no name of its own.
  const std::optional<std::string>& old_name() const { return old_name_; }
  const std::vector<std::string>& old_fields() const { return old_fields_; }
  /// In a model that has the index.
  void apply(orm::ModelDef& model) const;

  std::string_view type() const override { return "RenameIndex"; }
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
  Reduction reduce(const Operation& later, std::string_view app) const override;

 private:
  std::string new_name_;
  std::optional<std::string> old_name_;
  std::vector<std::string> old_fields_;
};

}  // namespace manage::migrations_engine
