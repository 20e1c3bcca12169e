// CreateExtension: an extension of PostgreSQL; elsewhere nothing.
#pragma once

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class CreateExtension : public Operation {
 public:
  explicit CreateExtension(std::string name) : name_(std::move(name)) {}
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  std::string_view type() const override { return "CreateExtension"; }
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
  std::string name_;
};

}  // namespace manage::migrations_engine
