// AlterModelTable: another table name; join tables follow.
#pragma once

#include <optional>

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class AlterModelTable : public ModelOptionOperation {
 public:
  /// nullopt: the default name.
  AlterModelTable(std::string name, std::optional<std::string> table);
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  std::string_view type() const override { return "AlterModelTable"; }
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
  std::optional<std::string> table_;
};

}  // namespace manage::migrations_engine
