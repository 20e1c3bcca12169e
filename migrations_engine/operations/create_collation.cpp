#include "migrations_engine/operations/create_collation.hpp"

#include <fmt/format.h>

#include "core/text.hpp"

namespace manage::migrations_engine {

std::shared_ptr<Operation> CreateCollation::read(ArgumentReader& arguments) {
  return std::make_shared<CreateCollation>(arguments.collation());
}

std::string CreateCollation::describe() const {
  return fmt::format("Create collation {}", collation_.name);
}

std::string CreateCollation::fragment() const {
  return fmt::format("create_collation_{}", text::lower(collation_.name));
}

Data CreateCollation::to_data() const { return collation_to_data(collation_); }

void CreateCollation::state_forwards(std::string_view, ProjectState&) const {}

void CreateCollation::database_forwards(std::string_view,
                                        orm::SchemaEditor& editor,
                                        const ProjectState&,
                                        const ProjectState&) const {
  editor.create_collation(collation_);
}

void CreateCollation::database_backwards(std::string_view,
                                         orm::SchemaEditor& editor,
                                         const ProjectState&,
                                         const ProjectState&) const {
  editor.drop_collation(collation_.name);
}

}  // namespace manage::migrations_engine
