#include "migrations_engine/operations/alter_together.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

bool has_field(const AlterTogether::Lists& lists, std::string_view field) {
  return std::any_of(lists.begin(), lists.end(), [&](const auto& list) {
    return std::find(list.begin(), list.end(), field) != list.end();
  });
}

AlterTogether::AlterTogether(std::string name, Lists lists)
    : ModelOptionOperation(std::move(name)), lists_(std::move(lists)) {}

std::string AlterTogether::describe() const {
  return fmt::format("Alter {} for {} ({} constraint(s))", option(), name(),
                     lists_.size());
}

std::string AlterTogether::fragment() const {
  return fmt::format("alter_{}_{}", name_lower(), option());
}

Data AlterTogether::to_data() const {
  return DataMap{{"name", name()},
                 {option(), DataList(lists_.begin(), lists_.end())}};
}

void AlterTogether::apply(orm::ModelDef& model) const {
  set_together(model, option(), lists_);
}

void AlterTogether::state_forwards(std::string_view app,
                                   ProjectState& state) const {
  state.change(key(app), [&](orm::ModelDef& model) { apply(model); });
}

void AlterTogether::database_backwards(std::string_view app,
                                       orm::SchemaEditor& editor,
                                       const ProjectState& from,
                                       const ProjectState& to) const {
  database_forwards(app, editor, from, to);
}

bool AlterTogether::references_field(std::string_view model,
                                     std::string_view field,
                                     std::string_view app) const {
  return references_model(model, app) &&
         (lists_.empty() || has_field(lists_, field));
}

Reduction AlterTogether::reduce(const Operation& later,
                                std::string_view app) const {
  // The two kinds of lists have nothing to do with each other (Django 4.1).
  if (later.type() != type() && dynamic_cast<const AlterTogether*>(&later)) {
    return Reduction::pass();
  }
  return ModelOptionOperation::reduce(later, app);
}

}  // namespace manage::migrations_engine
