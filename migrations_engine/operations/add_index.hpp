// AddIndex: one of meta.indexes.
#pragma once

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class AddIndex : public IndexOperation {
 public:
  AddIndex(std::string model_name, orm::IndexDef index);
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  const orm::IndexDef& index() const { return index_; }

  std::string_view type() const override { return "AddIndex"; }
  char symbol() const override { return '+'; }
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
  orm::IndexDef index_;
};

}  // namespace manage::migrations_engine
