#include "migrations_engine/operations/remove_collation.hpp"

#include <fmt/format.h>

#include "core/text.hpp"

namespace manage::migrations_engine {

std::shared_ptr<Operation> RemoveCollation::read(ArgumentReader& arguments) {
  return std::make_shared<RemoveCollation>(arguments.collation());
}

std::string RemoveCollation::describe() const {
  return fmt::format("Remove collation {}", collation_.name);
}

std::string RemoveCollation::fragment() const {
  return fmt::format("remove_collation_{}", text::lower(collation_.name));
}

Data RemoveCollation::to_data() const { return collation_to_data(collation_); }

void RemoveCollation::state_forwards(std::string_view, ProjectState&) const {}

void RemoveCollation::database_forwards(std::string_view,
                                        orm::SchemaEditor& editor,
                                        const ProjectState&,
                                        const ProjectState&) const {
  editor.drop_collation(collation_.name);
}

void RemoveCollation::database_backwards(std::string_view,
                                         orm::SchemaEditor& editor,
                                         const ProjectState&,
                                         const ProjectState&) const {
  editor.create_collation(collation_);
}

}  // namespace manage::migrations_engine
