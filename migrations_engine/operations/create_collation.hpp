// CreateCollation: a collation of PostgreSQL; elsewhere nothing.
#pragma once

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class CreateCollation : public Operation {
 public:
  explicit CreateCollation(orm::CollationDef collation)
      : collation_(std::move(collation)) {}
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  std::string_view type() const override { return "CreateCollation"; }
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

 private:
  orm::CollationDef collation_;
};

}  // namespace manage::migrations_engine
