#include "migrations_engine/operations/create_extension.hpp"

#include <fmt/format.h>

namespace manage::migrations_engine {

std::shared_ptr<Operation> CreateExtension::read(ArgumentReader& arguments) {
  return std::make_shared<CreateExtension>(arguments.text("name"));
}

std::string CreateExtension::describe() const {
  return fmt::format("Creates extension {}", name_);
}

std::string CreateExtension::fragment() const {
  return fmt::format("create_extension_{}", name_);
}

Data CreateExtension::to_data() const { return DataMap{{"name", name_}}; }

void CreateExtension::state_forwards(std::string_view, ProjectState&) const {}

void CreateExtension::database_forwards(std::string_view,
                                        orm::SchemaEditor& editor,
                                        const ProjectState&,
                                        const ProjectState&) const {
  editor.create_extension(name_);
}

void CreateExtension::database_backwards(std::string_view,
                                         orm::SchemaEditor& editor,
                                         const ProjectState&,
                                         const ProjectState&) const {
  editor.drop_extension(name_);
}

}  // namespace manage::migrations_engine
