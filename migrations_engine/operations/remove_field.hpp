// RemoveField: the column goes, with what is in it.
#pragma once

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class RemoveField : public FieldOperation {
 public:
  using FieldOperation::FieldOperation;
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  std::string_view type() const override { return "RemoveField"; }
  char symbol() const override { return '-'; }
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
};

}  // namespace manage::migrations_engine
