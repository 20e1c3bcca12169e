#include "migrations_engine/operations/validate_foreign_key.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/operations/model_edits.hpp"
#include "orm/schema_sql.hpp"

namespace manage::migrations_engine {

std::shared_ptr<Operation> ValidateForeignKey::read(ArgumentReader& arguments) {
  std::string model = arguments.text("model_name");
  return std::make_shared<ValidateForeignKey>(std::move(model),
                                              arguments.text("name"));
}

std::string ValidateForeignKey::describe() const {
  return fmt::format("Validate foreign key {} on {}", name(), model_name());
}

std::string ValidateForeignKey::fragment() const {
  return fmt::format("{}_validate_{}", model_name_lower(), text::lower(name()));
}

Data ValidateForeignKey::to_data() const {
  return DataMap{{"model_name", model_name()}, {"name", name()}};
}

void ValidateForeignKey::state_forwards(std::string_view app,
                                        ProjectState& state) const {
  const orm::ModelDef& model = state.model(key(app));
  const orm::FieldDef* field = model.find_field(name());
  if (!field || !orm::has_foreign_key(*field)) {
    throw_missing(model, "foreign key", name());
  }
}

void ValidateForeignKey::database_forwards(std::string_view app,
                                           orm::SchemaEditor& editor,
                                           const ProjectState&,
                                           const ProjectState& to) const {
  const orm::ModelDef& model = to.model(key(app));
  if (!has_table(model)) return;
  editor.validate_foreign_key(model, *model.find_field(name()), to.models());
}

// What has been checked stays true.
void ValidateForeignKey::database_backwards(std::string_view,
                                            orm::SchemaEditor&,
                                            const ProjectState&,
                                            const ProjectState&) const {}

Reduction ValidateForeignKey::reduce(const Operation& later,
                                     std::string_view app) const {
  auto* gone = dynamic_cast<const FieldOperation*>(&later);
  if (gone && later.type() == "RemoveField" && same_field(*gone)) {
    return Reduction::replace({later.shared_from_this()});
  }
  return FieldOperation::reduce(later, app);
}

}  // namespace manage::migrations_engine
